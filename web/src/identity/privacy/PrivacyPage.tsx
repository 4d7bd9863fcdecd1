import "../../session/account.css";
import "../identity.css";
import { PageHeading } from "../../app/pageFocus";
import { ErasePart } from "./ErasePart";
import { ExportPart } from "./ExportPart";

export default function PrivacyPage() {
  return (
    <div className="page page--narrow account">
      <PageHeading>Your data</PageHeading>
      <section aria-labelledby="export">
        <h2 id="export">Take it with you</h2>
        <ExportPart />
      </section>
      <section aria-labelledby="erase">
        <h2 id="erase">Have everything forgotten</h2>
        <ErasePart />
      </section>
    </div>
  );
}
