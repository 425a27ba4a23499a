import { Flags } from '@oclif/core';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { engineKinds, parseEngine } from '../../logic/parse-engine.ts';
import { keepDockerConfig } from '@rig-ops/client/embedded';
import { parseListen } from '../../logic/parse-listen.ts';
import { parsePods } from '../../logic/parse-pods.ts';
import { readDatabaseUrl } from '../../logic/read-database-url.ts';
import { parseRegistry } from '../../logic/parse-registry.ts';
import { chooseCluster } from '../../logic/choose-cluster.ts';
import { describeEngine } from '../../logic/describe-engine.ts';
import { type PlatformStart, startPlatform } from '../../logic/start-platform.ts';

const port = { min: 0, max: 65_535, helpValue: 'N' };

export default class PlatformStartCommand extends RigCommand {
  static override summary = 'Start the platform on this machine.';
  static override description =
    'Does nothing when it runs already. Ports are kept for the next start; 0 lets the system choose.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'with ports of your choice',
      command: '<%= config.bin %> <%= command.id %> --port 7100 --edge-port 7180',
    },
    {
      description: 'for other machines too',
      command:
        '<%= config.bin %> <%= command.id %> --listen 0.0.0.0:7443 --tls-cert cert.pem --tls-key key.pem',
    },
    {
      description: 'behind a proxy on this machine that has TLS',
      command:
        '<%= config.bin %> <%= command.id %> --listen 127.0.0.1:7080 --public-url https://rig.example.com',
    },
    {
      description: 'with its state in PostgreSQL, by a URL as postgres://rig:PASSWORD@db.example.com/rig',
      command: '<%= config.bin %> <%= command.id %> --database-url-file ./database-url',
    },
    {
      description: 'for pods of a cluster, which reach this machine as 10.0.0.5',
      command:
        '<%= config.bin %> <%= command.id %> --listen 10.0.0.5:7443 --insecure --pod-url http://10.0.0.5:7443',
    },
    {
      description: 'with apps as containers of the Docker daemon on this machine',
      command: '<%= config.bin %> <%= command.id %> --engine docker',
    },
    {
      description: 'with images that are pushed to a registry, by what docker login has written',
      command:
        '<%= config.bin %> <%= command.id %> --engine docker --registry ghcr.io/team --docker-config ./registry/config.json',
    },
    {
      description: 'with apps as pods of a Kubernetes cluster, by a context of your kubeconfig',
      command: '<%= config.bin %> <%= command.id %> --engine kubernetes --kubeconfig-context prod',
    },
  ];
  static override flags = {
    port: Flags.integer({ ...port, description: 'Port of the API on 127.0.0.1.' }),
    'edge-port': Flags.integer({ ...port, description: 'Port for routing by host name on 127.0.0.1.' }),
    listen: Flags.string({
      helpValue: 'ADDRESS:PORT',
      description: 'Where other machines reach the API; kept for the next start, off to stop it.',
    }),
    'tls-cert': Flags.string({
      helpValue: 'FILE',
      dependsOn: ['listen', 'tls-key'],
      description: 'Certificate with its chain, PEM; read anew when it changes.',
    }),
    'tls-key': Flags.string({
      helpValue: 'FILE',
      dependsOn: ['listen', 'tls-cert'],
      description: 'Private key of the certificate, PEM.',
    }),
    'public-url': Flags.string({
      helpValue: 'URL',
      dependsOn: ['listen'],
      description:
        'What browsers know it by where a proxy in front of it has TLS, as https://rig.example.com.',
    }),
    'database-url-file': Flags.string({
      helpValue: 'FILE',
      description:
        'Keep the state in PostgreSQL: file with the URL of the database, - for stdin; kept for the next start, off for SQLite.',
    }),
    engine: Flags.string({
      options: [...engineKinds],
      description: 'What apps run on; kept for the next start.',
    }),
    kubeconfig: Flags.string({
      helpValue: 'FILE',
      description:
        'The cluster for apps: kept with its credentials, never shown. KUBECONFIG, or ~/.kube/config, when never given.',
    }),
    'kubeconfig-context': Flags.string({
      helpValue: 'NAME',
      description: 'Which context of it; the current one when left out.',
    }),
    'docker-host': Flags.string({
      helpValue: 'ADDRESS',
      description:
        'The Docker daemon, as unix:///var/run/docker.sock or tcp://127.0.0.1:2376; kept for the next start. DOCKER_HOST, or that socket, when never given.',
    }),
    'docker-certificates': Flags.string({
      helpValue: 'FOLDER',
      description: 'ca.pem, cert.pem and key.pem for a daemon that is reached through TLS.',
    }),
    'pod-url': Flags.string({
      helpValue: 'URL',
      description:
        'Where pods of a cluster reach the API, as http://10.0.0.5:7443; kept for the next start, off for nowhere.',
    }),
    'pod-authority': Flags.string({
      helpValue: 'FILE',
      description:
        'Authority of the certificate that pods meet there, PEM; kept for the next start, off for those that everybody knows.',
    }),
    'pod-image': Flags.string({
      helpValue: 'IMAGE',
      description: "rig's own image, which makes pods ready; kept for the next start.",
    }),
    'docker-config': Flags.string({
      helpValue: 'FILE',
      description:
        'Credentials for registries of images: a file that docker login writes; kept for the next start, off to forget them.',
    }),
    registry: Flags.string({
      helpValue: 'HOST/PATH',
      description:
        'Where images that are built are pushed to, as ghcr.io/TEAM; kept for the next start, off for nowhere. Credentials: --docker-config.',
    }),
    insecure: Flags.boolean({
      dependsOn: ['listen'],
      description: 'Listen beyond loopback without TLS: who is between can read tokens.',
    }),
  };
  static override rigAuth = 'none' as const;

  override async run(): Promise<PlatformStart> {
    const { flags } = await this.parse(PlatformStartCommand);
    const listen = parseListen(flags, this.cwd);
    const engine = parseEngine(flags, this.cwd);
    const kubeconfig = await chooseCluster(flags, this);
    const pods = parsePods(flags, this.cwd);
    const registry = parseRegistry(flags.registry);
    await keepDockerConfig(flags['docker-config'], { cwd: this.cwd, rigHome: this.rigHome });
    const databaseUrl = await readDatabaseUrl(flags['database-url-file'], this.cwd, this.streams.stdin);
    const result = await startPlatform({
      rigHome: this.rigHome,
      entries: this.platformEntries,
      nodeArguments: this.nodeArguments,
      version: currentInvocation().version,
      env: this.env,
      onNote: (text) => this.ui.note(text),
      signal: this.signal,
      ...engine,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(pods === undefined ? {} : { pods }),
      ...(registry === undefined ? {} : { registry }),
      ...(listen === undefined ? {} : { listen }),
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      ...(flags.port === undefined ? {} : { apiPort: flags.port }),
      ...(flags['edge-port'] === undefined ? {} : { edgePort: flags['edge-port'] }),
    });
    this.ui.print(`${result.started ? 'Started' : 'Runs already'}: ${result.url}`);
    if (result.publicUrl !== null) this.ui.print(`Other machines: ${result.publicUrl}`);
    if (result.edgeUrl !== null) this.ui.print(`Apps by host name: ${result.edgeUrl}`);
    if (result.engine !== 'process') this.ui.print(`Apps run on: ${describeEngine(result)}`);
    if (result.registry !== null) this.ui.print(`Images are pushed to: ${result.registry}`);
    return result;
  }
}
