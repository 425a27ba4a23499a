export interface TextPart {
  readonly text: string;
  /** Whether it is to be typed as it is. */
  readonly typed: boolean;
}

/**
 * Hints name commands as `rig logs app shop`, in backquotes or bare at their end or behind a colon. A bare one
 * goes on to the end of the sentence.
 */
export function splitTyped(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/`([^`]+)`|(?:^|(?<=: ))rig [a-z][^\n.;]*/g)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), typed: false });
    parts.push({ text: match[1] ?? match[0], typed: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), typed: false });
  return parts;
}
