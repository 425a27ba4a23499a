import type { Detection, Detector, SourceTree } from '../detector.ts';
import { hasStartScript, STARTED_BY_NODE } from '../has-start-script.ts';
import { missingProgram } from '../missing-program.ts';
import type { PlanStep } from '../plan.ts';
import { toArgv } from '../shell-command.ts';

/** Where bundler puts and finds the gems, whoever calls it. */
const BUNDLE_ENV = { BUNDLE_PATH: 'vendor/bundle', BUNDLE_WITHOUT: 'development:test' };

/** How `web` is run, by the gems of the app. */
async function webCommand(tree: SourceTree, hasGem: (name: string) => boolean): Promise<string | null> {
  if (hasGem('puma') && (await tree.hasFile('config/puma.rb')))
    return 'bundle exec puma -b "tcp://$HOST:$PORT" -C config/puma.rb';
  if (hasGem('rails') && (await tree.hasFile('config.ru')))
    return 'bundle exec rails server -b "$HOST" -p "$PORT"';
  if (hasGem('puma') && (await tree.hasFile('config.ru'))) return 'bundle exec puma -b "tcp://$HOST:$PORT"';
  if (await tree.hasFile('config.ru')) return 'bundle exec rackup --host "$HOST" --port "$PORT"';
  for (const file of ['app.rb', 'server.rb', 'main.rb'])
    if (await tree.hasFile(file)) return `bundle exec ruby ${file}`;
  return null;
}

/** A Gemfile: gems by its lockfile into vendor/bundle. */
export const rubyDetector: Detector = {
  name: 'ruby',
  explain: 'Gemfile: Rails, a config.ru, app.rb, server.rb or main.rb',
  reads: ['Gemfile', 'Gemfile.lock', 'package.json'],
  detect: async (tree, machine) => {
    const gemfile = await tree.readText('Gemfile');
    if (gemfile === null) return { missed: 'There is no Gemfile.' };
    if (await hasStartScript(tree)) return { missed: STARTED_BY_NODE };
    for (const program of ['ruby', 'bundle'])
      if (!(await machine.hasProgram(program))) throw missingProgram(program, 'The source has a Gemfile');
    const lock = await tree.readText('Gemfile.lock');
    const hasGem = (name: string) =>
      lock === null
        ? new RegExp(`^\\s*gem\\s+["']${name}["']`, 'm').test(gemfile)
        : new RegExp(`^ {4}${name} \\(`, 'm').test(lock);
    const steps: PlanStep[] = [
      {
        name: 'bundle install',
        phase: 'install',
        argv: ['bundle', 'install', '--jobs', '4', '--retry', '2'],
        env: {
          ...BUNDLE_ENV,
          ...(lock === null ? {} : { BUNDLE_FROZEN: 'true' }),
          BUNDLE_GLOBAL_GEM_CACHE: 'true',
        },
      },
    ];
    const hasAssets = hasGem('rails') && (hasGem('sprockets-rails') || hasGem('propshaft'));
    if (hasAssets)
      steps.push({
        name: 'rails assets:precompile',
        phase: 'build',
        argv: ['bundle', 'exec', 'rails', 'assets:precompile'],
        env: { SECRET_KEY_BASE_DUMMY: '1' },
      });
    const web = await webCommand(tree, hasGem);
    const env = {
      ...BUNDLE_ENV,
      RACK_ENV: 'production',
      ...(hasGem('rails') ? { RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1' } : {}),
    };
    const usesPaths = /\b(?:path|gemspec)\b/.test(gemfile);
    const detection: Detection = {
      evidence: [`There is a Gemfile, ${lock === null ? 'without' : 'with'} a Gemfile.lock.`],
      steps,
      caches: [{ name: 'bundler', variable: 'BUNDLE_USER_CACHE' }],
      ...(lock === null || usesPaths
        ? {}
        : {
            reuse: {
              inputs: ['Gemfile', 'Gemfile.lock', '.ruby-version'],
              tools: ['ruby', 'bundle'],
              outputs: ['vendor/bundle'],
            },
          }),
      env,
      notes:
        lock === null
          ? [
              'There is no Gemfile.lock: bundler chooses the versions of the gems anew with each build. Commit one to keep them.',
            ]
          : [],
    };
    return web === null
      ? { ...detection, lacks: 'The Gemfile has no config.ru, app.rb, server.rb or main.rb beside it.' }
      : { ...detection, processes: [{ name: 'web', argv: toArgv(web) }] };
  },
};
