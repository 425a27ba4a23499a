import type { RegistryImageConfig } from './image-registry.ts';

interface ConfigText {
  os?: string;
  architecture?: string;
  variant?: string;
  config?: {
    Entrypoint?: string[] | null;
    Cmd?: string[] | null;
    Env?: string[] | null;
    ExposedPorts?: Record<string, unknown> | null;
    User?: string;
    WorkingDir?: string;
  } | null;
}

/** TCP ports among `8080/tcp` and the like. */
export const tcpPortsOf = (exposed: Record<string, unknown> | null | undefined): number[] =>
  Object.keys(exposed ?? {}).flatMap((name) => {
    const [port, protocol = 'tcp'] = name.split('/');
    return protocol === 'tcp' ? [Number(port)] : [];
  });

/** @param id digest of the text */
export function readImageConfig(id: string, text: string): RegistryImageConfig {
  const { architecture = '', config, os = '' } = JSON.parse(text) as ConfigText;
  return {
    id,
    os,
    architecture,
    entrypoint: [...(config?.Entrypoint ?? [])],
    command: [...(config?.Cmd ?? [])],
    env: [...(config?.Env ?? [])],
    ports: tcpPortsOf(config?.ExposedPorts),
    user: config?.User ?? '',
    workingDir: config?.WorkingDir ?? '',
  };
}
