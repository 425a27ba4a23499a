/** The image that a build has made, or brought from a registry; what is kept with the build is enough to run it. */
export interface BuildImage {
  /** Its id on the daemon, `sha256:…`: what releases run, whatever becomes of any name. */
  id: string;
  /** What somebody asked for, as `nginx:1.27`; null for one that was built. */
  reference: string | null;
  /** By which a registry has it, as `docker.io/library/nginx@sha256:…`; null where none is known to. */
  digest: string | null;
  /** Whether no daemon of the platform has it: its registry does, and whatever runs it fetches it there. */
  remote?: boolean;
  /** Whether the build brought it: it goes with its last build then, unless somebody has named it meanwhile. */
  pulled: boolean;
  bytes: number;
  /** What the image starts: the words that every command of it begins with, and those that a process replaces. */
  entrypoint: string[];
  command: string[];
  /** The one TCP port that it says it listens on; null where it says none, or several. */
  port: number | null;
  /** As the image has it: `node`, `1000:1000`; empty for none. Absent where nobody has asked. */
  user?: string;
}
