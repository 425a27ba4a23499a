import { logOut, logOutEverywhere, session } from '../api/session.ts';
import { Menu } from '../parts/menu.tsx';
import { toast } from '../parts/toast.tsx';

const leave = (end: () => Promise<void>) => () => {
  end().catch((error: unknown) => toast((error as Error).message, 'bad'));
};

/** Who uses the pages, and the way out. */
export function Account() {
  const who = session.value;
  if (who.state !== 'in') return null;
  return (
    <div class="who">
      <span class="name" title={who.role === 'none' ? undefined : who.role}>
        {who.user}
      </span>
      <Menu
        label={`Account of ${who.user}`}
        entries={[
          { text: 'Log out', onPick: leave(logOut) },
          { text: 'Log out everywhere', onPick: leave(logOutEverywhere) },
        ]}
      />
    </div>
  );
}
