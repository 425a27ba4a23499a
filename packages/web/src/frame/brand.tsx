import { hrefOf } from '../logic/route.ts';

export function Brand() {
  return (
    <a class="brand" href={hrefOf('overview')}>
      <svg width="20" height="20" viewBox="0 0 20 20" fill="none" aria-hidden="true">
        <path
          d="M10 1.5 17.5 6v8L10 18.5 2.5 14V6zM10 10v8M10 10 2.8 6M10 10l7.2-4"
          stroke="currentColor"
          stroke-width="1.7"
          stroke-linejoin="round"
        />
      </svg>
      rig
      <span class="where">{location.host}</span>
    </a>
  );
}
