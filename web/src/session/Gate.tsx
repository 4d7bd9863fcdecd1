import "./gate.css";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { PageHeading } from "../app/pageFocus";
import { Wordmark } from "../design/Wordmark";

/** The frame of the pages before the auditorium: signing in and signing up. */
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="gate">
      <div className="gate__rays" aria-hidden="true" />
      <header className="gate__header">
        <Link href="/" aria-label="Matinee home">
          <Wordmark />
        </Link>
      </header>
      <main className="gate__card" data-region="main">
        <PageHeading className="gate__title">{title}</PageHeading>
        {children}
      </main>
    </div>
  );
}
