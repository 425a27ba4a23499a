import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { connection } from '../data/connection.ts';
import { problems, status } from '../data/status.ts';
import { useShared } from '../data/use-resource.ts';
import { count } from '../logic/format.ts';
import { hrefOf } from '../logic/route.ts';
import { Icon } from '../parts/icon.tsx';
import { Toasts } from '../parts/toast.tsx';
import { Account } from './account.tsx';
import { Brand } from './brand.tsx';
import { entriesFor } from './navigation.ts';
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
  useShared(status);
  const wrong = problems.value.length;

  useEffect(() => {
    menu.value = false;
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
          {entriesFor(pages).map((group) => (
            <ul key={group[0]?.page}>
              {group.map(({ page: name, text, icon }) => (
                <li key={name}>
                  <a
                    href={hrefOf(name)}
                    aria-current={name === page ? 'page' : undefined}
                    onClick={() => {
                      menu.value = false;
                    }}
                  >
                    <Icon name={icon} />
                    {text}
                    {name === 'overview' && wrong > 0 && (
                      <span class="count">
                        {wrong}
                        <span class="hidden-text"> {count(wrong, 'problem').replace(/^\d+ /, '')}</span>
                      </span>
                    )}
                  </a>
                </li>
              ))}
            </ul>
          ))}
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
