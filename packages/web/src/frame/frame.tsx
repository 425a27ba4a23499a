import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { connection } from '../data/connection.ts';
import { hrefOf } from '../logic/route.ts';
import { Icon } from '../parts/icon.tsx';
import { Toasts } from '../parts/toast.tsx';
import { Account } from './account.tsx';
import { Brand } from './brand.tsx';
import { navigation } from './navigation.ts';
import { PageOutlet } from './page-outlet.tsx';
import { pages } from './pages.ts';
import { place } from './place.ts';
import { ThemeSwitch } from './theme-switch.tsx';

/** Everything around a page. */
export function Frame() {
  const main = useRef<HTMLElement>(null);
  const menu = useSignal(false);
  const { page, params } = place.value;
  const where = [page, ...params].join('/');
  const first = useRef(true);

  // Whoever reads with their ears learns where they have come to.
  useEffect(() => {
    menu.value = false;
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    (main.current?.querySelector('h1') ?? main.current)?.focus({ preventScroll: true });
  }, [where, menu]);

  return (
    <div class="frame">
      <a
        class="skip"
        href={`#${where}`}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="topbar">
        <Brand />
        <button
          type="button"
          class="button bare icon"
          aria-expanded={menu.value}
          aria-controls="side"
          onClick={() => {
            menu.value = !menu.value;
          }}
        >
          <Icon name={menu.value ? 'close' : 'menu'} />
          <span class="hidden-text">Menu</span>
        </button>
      </header>
      <nav class={menu.value ? 'side open' : 'side'} id="side" aria-label="Pages">
        <Brand />
        <div class="entries">
          {navigation.map((group) => {
            const entries = group.filter((entry) => Object.hasOwn(pages, entry.page));
            return (
              entries.length > 0 && (
                <ul key={group[0]?.page}>
                  {entries.map((entry) => (
                    <li key={entry.page}>
                      <a
                        href={hrefOf(entry.page, entry.params)}
                        aria-current={entry.page === page ? 'page' : undefined}
                        onClick={() => {
                          menu.value = false;
                        }}
                      >
                        <Icon name={entry.icon} />
                        {entry.text}
                      </a>
                    </li>
                  ))}
                </ul>
              )
            );
          })}
        </div>
        <div class="foot">
          <Account />
          <ThemeSwitch />
        </div>
      </nav>
      <main ref={main} tabIndex={-1}>
        <div role="status">
          {connection.value.lost && (
            <p class="link-lost">
              <span class="spin" />
              The platform does not answer. What you see is as it last said; it is asked again until it does.
            </p>
          )}
        </div>
        <div class="content">
          <PageOutlet />
        </div>
      </main>
      <Toasts />
    </div>
  );
}
