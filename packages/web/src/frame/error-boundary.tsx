import { Component, type ComponentChildren } from 'preact';
import { wordsOf } from '../logic/error-words.ts';
import { Icon } from '../parts/icon.tsx';

interface Props {
  readonly children: ComponentChildren;
}

/** A page that breaks takes nothing else with it. Give it a `key` that changes with the page. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div class="empty" role="alert">
        <Icon name="bad" size={28} />
        <h1 tabIndex={-1}>This page has failed</h1>
        <p>{wordsOf(error).message}</p>
        <button type="button" class="button" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
      </div>
    );
  }
}
