/** Drawn on 16 × 16, in the colour of the text around it. */
const shapes = {
  overview: 'M2 2h5v6H2zM9 2h5v3H9zM9 7h5v7H9zM2 10h5v4H2z',
  apps: 'M8 1.5 14 5v6l-6 3.5L2 11V5zM2 5l6 3.5L14 5M8 8.5v6',
  network: 'M8 2v4M4 10V8h8v2M8 6v2M2.5 10h3v3.5h-3zM10.5 10h3v3.5h-3zM6.5 2h3v3h-3z',
  logs: 'M3 4h10M3 8h10M3 12h6',
  terminal: 'M2 3h12v10H2zM4.5 6 7 8l-2.5 2M8.5 10.5H11',
  events: 'M1.5 8h3l2-5 3 10 2-5h3',
  audit: 'M8 1.5 13.5 4v4c0 3-2.2 5.3-5.5 6.5C4.7 13.3 2.5 11 2.5 8V4zM5.5 8l2 2 3.2-3.5',
  drain: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  webhook:
    'M8 5.5a2 2 0 1 0-2-2M7 5.2 4.5 10M4 13.5a2 2 0 1 1 1.5-3.3M12 13.5a2 2 0 1 0-1.8-2.9M9 5.2l3 5M6 11.5h4.5',
  access:
    'M6 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1 14c0-3 2-4.5 5-4.5S11 11 11 14M11 8a2.5 2.5 0 0 0 0-5M12 10c2 .500 3 2 3 4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.5 10.5 14 14',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  good: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM5 8l2.2 2.2L11 6',
  warn: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 12v.01',
  bad: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 4.5v4M8 11v.01',
  none: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM5 8h6',
  busy: 'M8 1.5a6.5 6.5 0 1 1-6.5 6.5M8 4.5V8l2.5 1.5',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  lock: 'M3.5 7h9v7h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  out: 'M6 3H3v10h10v-3M9 2.5h4.5V7M13 3 7.5 8.5',
  restart: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  scale: 'M6 2H2v4M10 14h4v-4M2 2l5 5M14 14 9 9',
  back: 'M6 3 2 7l4 4M2 7h8a4 4 0 0 1 4 4v2',
  plus: 'M8 3v10M3 8h10',
  trash: 'M2.5 4h11M6 4V2h4v2M4 4l.700 10h6.6L12 4',
  edit: 'M3 13l.500-3L11 2.5 13.5 5 6 12.5z',
  disk: 'M2 4c0-1.5 12-1.5 12 0v8c0 1.5-12 1.5-12 0zM2 4c0 1.5 12 1.5 12 0M2 8c0 1.5 12 1.5 12 0',
  next: 'M6 3l5 5-5 5',
} as const;

export type IconName = keyof typeof shapes;

/** Decoration: whoever uses it says in text what it means. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true">
      <path
        d={shapes[name]}
        stroke="currentColor"
        stroke-width={name === 'more' ? 2 : 1.4}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
