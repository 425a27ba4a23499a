type Environment = Readonly<Record<string, string | undefined>>;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/**
 * Why no browser can be opened on the screen of whoever asks; undefined where one can. Over SSH it would open on
 * the other machine, in front of nobody, unless the session brings a display along.
 */
export function whyNoBrowser(env: Environment, platform: string = process.platform): string | undefined {
  if (isSet(env.CI)) return 'CI is set';
  const isRemote = isSet(env.SSH_CONNECTION) || isSet(env.SSH_TTY);
  const hasDisplay = isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY);
  if (isRemote && !hasDisplay) return 'this is a session over SSH without a display';
  if (platform === 'darwin') return undefined;
  if (platform !== 'linux') return `rig opens no browsers on ${platform}`;
  return hasDisplay ? undefined : 'there is no display';
}

/** The other end of a session over SSH, as `ssh` there would be told this machine; undefined without one. */
export function isOverSsh(env: Environment): boolean {
  return isSet(env.SSH_CONNECTION) || isSet(env.SSH_TTY);
}
