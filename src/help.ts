import { type Command, CommandHelp, Help, type Interfaces } from '@oclif/core';
import { type GlobalFlag, unclaimedFlags } from './global-flags.ts';
import { rigHooks } from './hooks/index.ts';

const globals: readonly GlobalFlag[] = rigHooks.flatMap(({ flags }) => flags);

const GLOBAL = 'GLOBAL';

/** Global flags have a section of their own; in the usage of every command they would be noise. */
class RigCommandHelp extends CommandHelp {
  protected override defaultUsage(): string {
    const { flags } = this.command;
    this.command.flags = Object.fromEntries(
      Object.entries(flags).filter(([, { helpGroup }]) => helpGroup !== GLOBAL),
    );
    try {
      return super.defaultUsage();
    } finally {
      this.command.flags = flags;
    }
  }
}

/** oclif's help, with the flags that the hook layer adds to every command. */
export default class RigHelp extends Help {
  protected override CommandHelpClass = RigCommandHelp;

  override formatCommand(command: Command.Loadable): string {
    return super.formatCommand({ ...command, flags: withGlobalFlags(command.flags) });
  }

  override formatRoot(): string {
    const list = globals.map((flag): [string, string] => [spell(flag), flag.description]);
    const rendered = this.renderList(list, { indentation: 2, spacer: '\n', ...this.plainly() });
    return `${super.formatRoot()}\n\n${this.section('GLOBAL FLAGS', rendered)}`;
  }

  private plainly(): { stripAnsi: boolean } {
    return { stripAnsi: this.opts.stripAnsi ?? false };
  }
}

function spell({ name, char, helpValue }: GlobalFlag): string {
  const short = char === undefined ? '    ' : `-${char}, `;
  return `${short}--${name}${helpValue === undefined ? '' : `=${helpValue}`}`;
}

function withGlobalFlags(own: Command.Loadable['flags']): Command.Loadable['flags'] {
  const added = unclaimedFlags(globals, own).map((flag) => [flag.name, loadableFlag(flag)]);
  return { ...own, ...Object.fromEntries(added) };
}

function loadableFlag(flag: GlobalFlag): Command.Flag.Cached {
  const { name, char, description, helpValue, takesValue } = flag;
  return {
    name,
    description,
    helpGroup: GLOBAL,
    ...(char === undefined ? {} : { char: char as Interfaces.AlphabetLowercase }),
    ...(takesValue ? { type: 'option', multiple: false, helpValue } : { type: 'boolean', allowNo: false }),
  };
}
