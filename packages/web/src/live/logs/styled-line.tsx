import type { CSSProperties } from 'preact';
import { markFound, type TextFinder } from './find-text.ts';
import { readStyledText, type TextColour, type TextStyle } from './styled-text.ts';

/** Longer lines are shown to here until somebody asks for the rest. */
export const SHOWN_CHARACTERS = 10_000;

interface StyledLineProps {
  readonly text: string;
  readonly finder: TextFinder | null;
  readonly whole: boolean;
}

/** A line in the colours its app gave it: pieces of text, and never markup. */
export function StyledLine({ text, finder, whole }: StyledLineProps) {
  const pieces = readStyledText(whole ? text : text.slice(0, SHOWN_CHARACTERS));
  const ranges = finder === null ? [] : finder(pieces.map((piece) => piece.text).join(''));
  return (
    <>
      {markFound(pieces, ranges).map(({ piece, text: part, found }, index) =>
        found ? (
          <mark key={index} {...lookOf(piece.style)}>
            {part}
          </mark>
        ) : piece.style === null ? (
          part
        ) : (
          <span key={index} {...lookOf(piece.style)}>
            {part}
          </span>
        ),
      )}
    </>
  );
}

function lookOf(style: TextStyle | null): { class?: string; style?: CSSProperties } {
  if (style === null) return {};
  const { bold, dim, italic, underline, inverse } = style;
  const fore = inverse === true ? (style.back ?? 'back') : style.fore;
  const back = inverse === true ? (style.fore ?? 'fore') : style.back;
  const classes = [
    bold === true && 'sgr-bold',
    dim === true && 'sgr-dim',
    italic === true && 'sgr-italic',
    underline === true && 'sgr-underline',
    classOf('fore', fore),
    classOf('back', back),
  ].filter((name) => name !== false && name !== null);
  return {
    class: classes.join(' '),
    style: coloursOf(fore, back),
  };
}

const classOf = (place: 'fore' | 'back', colour: TextColour | undefined): string | null => {
  if (typeof colour === 'number') return `sgr-${place}-${colour}`;
  return colour === 'fore' || colour === 'back' ? `sgr-${place}-of-${colour}` : null;
};

function coloursOf(fore: TextColour | undefined, back: TextColour | undefined): CSSProperties {
  const colours: CSSProperties = {};
  if (isExact(fore)) colours.color = fore;
  if (isExact(back)) colours.backgroundColor = back;
  return colours;
}

/** Any colour, and none of the sixteen that a theme has. */
const isExact = (colour: TextColour | undefined): colour is string =>
  typeof colour === 'string' && colour.startsWith('rgb');
