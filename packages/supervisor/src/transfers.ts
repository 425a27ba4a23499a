import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { InstanceReport, SupervisorConfig } from '@rig-ops/contract/supervisor';
import type { OpenRequest } from '@rig-ops/wire';
import type { Copies } from './copy/copies.ts';
import type { Forwards } from './forward/forwards.ts';
import { homeOf } from './instances/instance.ts';
import type { Isolation } from './isolation/isolation.ts';
import { placeOfInstance } from './isolation/place-of-instance.ts';
import type { ContainerTransfers } from './runtimes/containers.ts';
import { PipeShelf } from './sessions/pipe-shelf.ts';
import { TEMPORARY } from './isolation/view.ts';

export interface TransfersOptions {
  config: SupervisorConfig;
  layout: PlatformLayout;
  isolation: Isolation | null;
  /** Null where no daemon is used. */
  containers: ContainerTransfers | null;
  findInstance: (id: string) => InstanceReport | undefined;
}

/** What goes to and from instances beside sessions: connections to their ports, and files. Made on first use. */
export class Transfers {
  readonly #options: TransfersOptions;
  #forwards: Promise<Forwards> | undefined;
  #copies: Promise<Copies> | undefined;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  /** Answers an OPEN of one of its kinds; false for another. */
  async open(request: OpenRequest): Promise<boolean> {
    if (request.kind === 'forward') await (await this.#useForwards()).open(request);
    else if (request.kind === 'copy') await (await this.#useCopies()).open(request);
    else return false;
    return true;
  }

  /** An instance has ended; its folders are still there. */
  instanceEnded(instance: string): void {
    void this.#forwards?.then((forwards) => forwards.end(instance));
    this.#options.containers?.instanceEnded(instance);
  }

  /** The folders of an instance are about to go. */
  async forgetInstance(instance: string): Promise<void> {
    await (await this.#copies)?.end(instance);
  }

  async endAll(): Promise<void> {
    await (await this.#copies)?.endAll();
  }

  #useForwards(): Promise<Forwards> {
    const { containers, findInstance, layout } = this.#options;
    this.#forwards ??= import('./forward/forwards.ts').then(
      ({ Forwards }) =>
        new Forwards({
          findInstance,
          containers,
          tmpOf: (id) => homeOf({ folders: layout.instances }, id)['TMPDIR'] ?? '',
        }),
    );
    return this.#forwards;
  }

  #useCopies(): Promise<Copies> {
    const { config, containers, findInstance, isolation, layout } = this.#options;
    this.#copies ??= import('./copy/copies.ts').then(
      ({ Copies }) =>
        new Copies({
          findInstance,
          containers,
          homeOf: (id) => homeOf({ folders: layout.instances }, id),
          enclose: async (program, { spec }, readable) =>
            isolation?.enclose(program, { ...placeOfInstance(layout, spec), readable }) ?? program,
          // Its own stand-ins, where it is isolated.
          commonRoots: isolation === null ? [] : TEMPORARY,
          node: [config.node, ...config.nodeArguments],
          baseEnvironment: config.baseEnvironment,
          shelf: new PipeShelf(layout.supervised),
        }),
    );
    return this.#copies;
  }
}
