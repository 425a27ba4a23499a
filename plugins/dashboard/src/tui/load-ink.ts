export interface InkAndReact {
  readonly ink: typeof import('ink');
  readonly react: typeof import('react');
}

/**
 * Loads the library, made for production: what React is otherwise measures each of its steps and keeps the
 * measurements for as long as the process lives.
 */
export async function loadInk(): Promise<InkAndReact> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  // Ink would look for a debugger.
  delete process.env.DEV;
  try {
    const [ink, react] = await Promise.all([import('ink'), import('react')]);
    return { ink, react };
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}
