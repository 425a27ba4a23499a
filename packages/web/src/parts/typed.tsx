import { splitTyped } from '../logic/split-typed.ts';

/** A hint of the platform: what is to be typed in it looks like it. */
export function Typed({ text }: { text: string }) {
  return (
    <>
      {splitTyped(text).map(({ text, typed }, index) =>
        typed ? (
          <code key={index} class="typed">
            {text}
          </code>
        ) : (
          <span key={index}>{text}</span>
        ),
      )}
    </>
  );
}
