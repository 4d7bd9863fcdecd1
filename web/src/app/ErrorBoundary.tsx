import { Component, type ReactNode } from "react";
import { Button } from "../design/Button";
import { Note } from "../design/States";

/** The last net: a page that broke says so and offers a way on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main role="alert">
        <Note
          title="This page stopped working"
          actions={
            <>
              <Button look="primary" icon="replay" onClick={() => location.reload()}>
                Load it again
              </Button>
              <Button icon="home" onClick={() => location.assign("/")}>
                Go to the home page
              </Button>
            </>
          }
        >
          Nothing of yours is lost. Loading the page again usually helps.
        </Note>
      </main>
    );
  }
}
