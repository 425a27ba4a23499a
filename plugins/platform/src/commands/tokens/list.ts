import { Flags } from '@oclif/core';
import type { BrowserSession, Token } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags, type Ui } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { listBrowsers } from '../../logic/list-browsers.ts';

const styleStatus = (ui: Ui, { status }: Token): string =>
  status === 'active' ? ui.style('good', status) : ui.style('dim', status);

export default class TokensListCommand extends RigCommand {
  static override summary = 'List tokens, without their secrets, and browsers that are logged in.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --user ci',
  ];
  static override flags = {
    ...tableFlags,
    user: Flags.string({
      default: 'me',
      helpValue: 'USER',
      description: 'Of another user; takes an administrator.',
    }),
  };

  override async run(): Promise<{ tokens: Token[]; browsers: BrowserSession[] }> {
    const { flags } = await this.parse(TokensListCommand);
    const { ui } = this;
    const asked = { params: { user: flags.user }, signal: this.signal };
    const [{ tokens }, browsers] = await Promise.all([
      this.rig.call('listTokens', asked),
      listBrowsers(this.rig, asked),
    ]);
    const rowsOfTokens = tokens.map((token) => ({
      id: token.id,
      name: token.name,
      hint: `${token.hint}…`,
      status: styleStatus(ui, token),
      expires: token.expiresAt ?? 'never',
      used: token.lastUsedAt === null ? 'never' : formatRelativeTime(token.lastUsedAt),
      lastUsedAt: token.lastUsedAt,
    }));
    const rowsOfBrowsers = browsers.map(({ id, browser, client, expiresAt, lastUsedAt }) => ({
      id,
      name: `${browser}, ${client}`,
      hint: '-',
      status: ui.style('good', 'browser'),
      expires: expiresAt,
      used: formatRelativeTime(lastUsedAt),
      lastUsedAt,
    }));
    ui.table(
      [...rowsOfTokens, ...rowsOfBrowsers],
      [
        { key: 'id', header: 'ID', keep: true },
        { key: 'name', header: 'NAME' },
        { key: 'hint', header: 'BEGINS' },
        { key: 'status', header: 'STATUS' },
        { key: 'expires', header: 'EXPIRES' },
        { key: 'used', header: 'LAST USED', sortBy: 'lastUsedAt' },
      ],
      { empty: 'There are no tokens; `rig tokens create` makes one.' },
    );
    return { tokens, browsers };
  }
}
