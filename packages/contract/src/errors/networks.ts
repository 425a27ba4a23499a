import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const networksErrors = {
  network_exists: entry(
    ExitCode.conflict,
    409,
    'There is a network of that name already.',
    'Choose another name.',
  ),
  network_not_empty: entry(
    ExitCode.conflict,
    409,
    'There are still apps in the network.',
    'Destroy its apps first: `rig apps destroy`.',
  ),
  network_being_removed: entry(
    ExitCode.conflict,
    409,
    'A network of that name was destroyed, and something of it is left on what it ran on.',
    'See what is in the way: `rig status`. It is tried again by itself.',
  ),
  network_default: entry(
    ExitCode.conflict,
    409,
    'The default network is there on every platform and cannot be removed.',
    'Nothing to do.',
  ),
  app_in_other_network: entry(
    ExitCode.conflict,
    409,
    'The app is in another network, and an app stays in its network.',
    'Leave out --network, or deploy it as another app.',
  ),
} as const satisfies Record<string, ErrorEntry>;
