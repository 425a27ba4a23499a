import { RigError } from '@rig-ops/contract/errors';

interface Install {
  /** The package of Debian. */
  debian?: string;
  /** The tool's own way. */
  own: string;
}

const INSTALLS: Record<string, Install> = {
  npm: { debian: 'npm', own: 'https://nodejs.org brings it along' },
  pnpm: { own: '`npm install -g pnpm`' },
  yarn: { own: '`npm install -g yarn`' },
  corepack: { own: '`npm install -g corepack`' },
  python3: { debian: 'python3 python3-venv', own: 'https://www.python.org' },
  uv: { own: '`pip install uv` or https://docs.astral.sh/uv' },
  go: { debian: 'golang-go', own: 'https://go.dev/dl' },
  ruby: { debian: 'ruby ruby-dev', own: 'https://www.ruby-lang.org' },
  bundle: { debian: 'ruby-bundler', own: '`gem install bundler`' },
};

/** What to type where the platform builds, to have a program there. */
function howToInstall(program: string): string {
  const { debian, own = 'see its documentation' } = INSTALLS[program] ?? {};
  return debian === undefined ? own : `\`apt-get install ${debian}\` on Debian, or ${own}`;
}

/**
 * A build that cannot be made because a program is not there.
 * @param why what in the source asks for it, as `The source has a pnpm-lock.yaml`
 * @param otherwise what to do instead of installing it
 */
export function missingProgram(program: string, why: string, otherwise?: string): RigError {
  return new RigError(
    'toolchain_missing',
    `${why}, and ${program} is not installed where the platform builds.`,
    {
      hint: `Install it there: ${howToInstall(program)}. Or ${otherwise ?? 'say in rig.toml how to do without: [build] detector or command'}.`,
      details: { program },
    },
  );
}
