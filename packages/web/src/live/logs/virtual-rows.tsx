import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { LogViewModel } from './log-view-model.ts';
import { RowHeights } from './row-heights.ts';

/** Rows above and below the window that are there already, so that scrolling shows no holes. */
const BEYOND = 12;
/** Tells how wide a character is. */
const RULER = '0000000000';
/** Closer than this to the end is at the end. */
const NEAR_END = 6;

interface VirtualRowsProps {
  readonly model: LogViewModel;
  readonly label: string;
  /** Of the names of what wrote the lines, in characters. */
  readonly nameWidth: number;
  /** Height of a line, in pixels. */
  readonly lineHeight: number;
  /** How many lines a row will take at a width of so many characters. */
  readonly linesOf: (number: number, columns: number) => number;
  readonly render: (number: number) => ComponentChildren;
  /** Changes when all rows may have other heights. */
  readonly layout: string;
  /** Row to be brought into the window when it changes. */
  readonly reveal: number | null;
  readonly children?: ComponentChildren;
}

/**
 * Of many rows only those in the window exist. Heights are guessed, and set right once a row is there; what is
 * looked at stays where it is meanwhile.
 */
export function VirtualRows(props: VirtualRowsProps) {
  const { model, label, nameWidth, lineHeight, linesOf, render, layout, reveal, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  const heights = useRef(new RowHeights()).current;
  const laidOut = useRef({ layout: '', first: 0, columns: 0 }).current;
  const [, draw] = useReducer((count: number) => count + 1, 0);
  /** Where the view itself has scrolled to, until somebody scrolls. */
  const placed = useRef<number | null>(0);
  const { rows } = model.reader;
  void model.version.value;
  const following = model.following.value;

  const width = box.current?.clientWidth ?? 800;
  const character = (ruler.current?.getBoundingClientRect().width ?? 80) / RULER.length;
  const columns = Math.max(20, Math.floor(width / character));
  const guess = (number: number) => lineHeight * linesOf(number, columns);
  if (laidOut.layout !== layout || laidOut.columns !== columns) {
    heights.clear();
    laidOut.layout = layout;
    laidOut.columns = columns;
    laidOut.first = rows.first;
  }
  const lost = heights.dropFirst(rows.first - laidOut.first);
  if (heights.length === 0) laidOut.first = rows.first;
  laidOut.first = Math.max(laidOut.first, rows.first);
  while (laidOut.first + heights.length < rows.end) heights.push(guess(laidOut.first + heights.length));

  const top = Math.max(0, (box.current?.scrollTop ?? 0) - (following ? 0 : lost));
  const high = box.current?.clientHeight ?? 600;
  const end = following ? heights.total : top + high;
  const from = Math.max(0, heights.indexAt(following ? heights.total - high : top) - BEYOND);
  const until = Math.min(heights.length, heights.indexAt(end) + 1 + BEYOND);
  const shown = Array.from({ length: Math.max(0, until - from) }, (_, index) => laidOut.first + from + index);

  const place = (to: number) => {
    if (box.current === null) return;
    box.current.scrollTop = to;
    placed.current = box.current.scrollTop;
  };

  useLayoutEffect(() => {
    if (!following && lost > 0) place(top);
  });

  // Sets right what was guessed.
  useLayoutEffect(() => {
    let changed = false;
    let above = 0;
    for (const element of list.current?.children ?? []) {
      const index = Number((element as HTMLElement).dataset.number) - laidOut.first;
      const height = element.getBoundingClientRect().height;
      const more = height - heights.get(index);
      if (Math.abs(more) < 0.5 || index < 0) continue;
      if (heights.offsetOf(index) < top) above += more;
      heights.set(index, height);
      changed = true;
    }
    if (following) place(heights.total);
    else if (above !== 0) place(top + above);
    if (changed) draw(0);
  });

  useLayoutEffect(() => {
    if (reveal === null || box.current === null) return;
    const offset = heights.offsetOf(reveal - laidOut.first);
    if (offset < box.current.scrollTop + lineHeight || offset > box.current.scrollTop + high - 2 * lineHeight)
      place(Math.max(0, offset - high / 3));
    draw(0);
  }, [reveal]);

  useEffect(() => {
    const watch = new ResizeObserver(() => draw(0));
    if (box.current !== null) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  const onScroll = () => {
    const element = box.current;
    if (element === null) return;
    // The browser tells of the view's own scrolling too, a frame later: that decides nothing.
    if (placed.current === null || Math.abs(element.scrollTop - placed.current) > 2) {
      placed.current = null;
      model.follow(element.scrollTop + element.clientHeight >= element.scrollHeight - NEAR_END);
    }
    draw(0);
  };

  return (
    <div
      ref={box}
      class="log-box"
      style={{ '--name': `${nameWidth}ch` }}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={onScroll}
      onKeyDown={(event) => {
        if (event.target !== box.current) return;
        if (event.key === 'End') model.follow(true);
        if (event.key === 'Home') {
          model.follow(false);
          place(0);
        }
      }}
    >
      <span ref={ruler} class="log-ruler" aria-hidden="true">
        {RULER}
      </span>
      {children}
      <div class="log-height" style={{ height: `${heights.total}px` }}>
        <div ref={list} class="log-rows" style={{ transform: `translateY(${heights.offsetOf(from)}px)` }}>
          {shown.map((number) => render(number))}
        </div>
      </div>
    </div>
  );
}
