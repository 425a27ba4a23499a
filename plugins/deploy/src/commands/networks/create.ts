import { Args, Flags } from '@oclif/core';
import type { Network } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { describeEngine } from '../../logic/describe-engine.ts';
import { readKubeconfig } from '../../logic/read-kubeconfig.ts';
import { describeIsolation } from '../../logic/describe-isolation.ts';

export default class NetworksCreateCommand extends RigCommand {
  static override summary = 'Create a network.';
  static override description =
    'Apps of one network find one another, by RIG_<APP>_URL in their environment, and apps of others are not told where they are. Roles can be given at it: `rig access grant USER ROLE network/NAME`.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging',
    {
      description: 'whose apps are containers, whatever the platform itself runs on',
      command: '<%= config.bin %> <%= command.id %> boxes --engine docker',
    },
    {
      description: 'on a Kubernetes cluster, by a context of your kubeconfig',
      command: '<%= config.bin %> <%= command.id %> prod --engine kubernetes --kubeconfig-context prod',
    },
  ];
  static override flags = {
    engine: Flags.string({
      options: ['process', 'docker', 'kubernetes'],
      description: 'What its apps run on; that of the platform when left out.',
    }),
    kubeconfig: Flags.string({
      helpValue: 'FILE',
      description:
        'The cluster for its apps: kept by the platform with its credentials, never shown, removed with the network. KUBECONFIG, or ~/.kube/config, when left out.',
    }),
    'kubeconfig-context': Flags.string({
      helpValue: 'NAME',
      description: 'Which context of it; the current one when left out.',
    }),
  };
  static override args = {
    name: Args.string({
      required: true,
      description: 'Lower-case letters, digits and hyphens, starting with a letter.',
    }),
  };

  override async run(): Promise<Network> {
    const { args, flags } = await this.parse(NetworksCreateCommand);
    const kubeconfig = await readKubeconfig(flags, this.cwd, this.env);
    const network = await this.rig.call('createNetwork', {
      body: {
        name: args.name,
        ...(flags.engine === undefined ? {} : { engine: flags.engine }),
        ...(kubeconfig === undefined ? {} : { kubeconfig }),
      },
      signal: this.signal,
    });
    this.ui.print(`Created the network ${network.name}`);
    this.ui.note(`Its apps run on ${describeEngine(network)}.`);
    this.ui.note(describeIsolation(network));
    if (network.problem !== undefined) this.ui.warn(`${network.problem.message} ${network.problem.fix}`);
    this.ui.note(`\`rig deploy --network ${network.name}\` deploys a new app into it.`);
    return network;
  }
}
