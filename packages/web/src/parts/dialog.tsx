import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  /** Asked to close: Escape, the backdrop, or a button of its own. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at its end, the one that does it last. */
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
  /** Makes it a form. Not called while `busy`. */
  readonly onSubmit?: () => void;
  /** Takes the keyboard once it has closed; else what had it before does. */
  readonly returnFocus?: () => void;
  /** While something is under way it does not close by itself. */
  readonly busy?: boolean;
}

/** A modal dialog; it exists while it is rendered. The browser keeps the focus in it and gives it back. */
export function Dialog(props: DialogProps) {
  const { title, onClose, children, actions, wide = false, onSubmit, busy = false, returnFocus } = props;
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Not behind the next frame: keys that are typed before it would reach nothing.
  useLayoutEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    return () => {
      dialog?.close();
      if (returnFocus !== undefined) returnFocus();
      else if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const content = (
    <>
      <div class="top">
        <h2 id={titleId}>{title}</h2>
      </div>
      <div class="middle">{children}</div>
      {actions !== undefined && <div class="bottom">{actions}</div>}
    </>
  );
  return (
    <dialog
      ref={element}
      class={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current && !busy && onSubmit === undefined) onClose();
      }}
    >
      {onSubmit === undefined ? (
        content
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) onSubmit();
          }}
        >
          {content}
        </form>
      )}
    </dialog>
  );
}
