import type { Domains } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

export function showDomains({ app, domains, edgePort }: Domains, ui: Ui): void {
  for (const domain of domains) ui.print(domain);
  if (domains.length === 0) ui.note(`${app} has no host name but ${app}.localhost.`);
  if (edgePort !== null) ui.note(`The edge routes by host name at http://127.0.0.1:${edgePort}.`);
}
