/** Why something does not go into a bundle although no ignore file says so. */
export interface DefaultRule {
  rule: string;
  /** What it is, as in "… is left out: it may hold secrets"; null where nobody would miss it. */
  reason: string | null;
  /** Whether `.rigignore` may bring it back; what it then must name is the thing itself. */
  final: boolean;
  isSecret: boolean;
}

/** What version control and rig keep for themselves. */
const belongings = new Set(['.git', '.hg', '.svn', '.bzr', '.jj', '.rig']);
/** `.env` files that are made to be passed on. */
const samples = /^\.env\.(?:.+\.)?(?:example|sample|template|dist|defaults|schema|vault)$/;
const environmentFile = /^\.env(?:rc|\..+)?$/;
const keyFile = /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:p12|pfx|jks|keystore|ppk|kdbx)$/i;
const loginFiles = new Set(['.netrc', '_netrc', '.pgpass', '.git-credentials', '.pypirc']);
/** Certificates have these names too: the content decides. */
const maybeKeyFile = /\.(?:pem|key)$/i;

const secret = (rule: string, reason: string): DefaultRule => ({
  rule: `default: ${rule}`,
  reason,
  final: false,
  isSecret: true,
});
const modules: DefaultRule = {
  rule: 'default: node_modules beside package.json',
  reason: 'the build installs the dependencies itself',
  final: false,
  isSecret: false,
};
/** Its programs name the Python of this machine by its whole path, which no other machine has. */
const virtualEnvironment: DefaultRule = {
  rule: 'default: .venv',
  reason: 'the build installs the dependencies itself',
  final: false,
  isSecret: false,
};
const pythonCache: DefaultRule = {
  rule: 'default: __pycache__',
  reason: null,
  final: false,
  isSecret: false,
};
const environment = secret('.env*', 'secrets do not belong into a bundle');
const privateKey = secret('private key', 'it is a private key');
const login = secret('passwords', 'it holds passwords');

/** The rule about a name, if there is one; `hasPackage` says whether a package.json lies beside it. */
export function leftOutByDefault(name: string, hasPackage: boolean): DefaultRule | null {
  if (belongings.has(name)) return { rule: `always: ${name}`, reason: null, final: true, isSecret: false };
  if (name === 'node_modules') return hasPackage ? modules : null;
  if (name === '.venv') return virtualEnvironment;
  if (name === '__pycache__') return pythonCache;
  const first = name.charCodeAt(0);
  if (first === DOT && environmentFile.test(name)) return samples.test(name) ? null : environment;
  if ((first === DOT || first === UNDERSCORE) && loginFiles.has(name)) return login;
  return keyFile.test(name) ? privateKey : null;
}

const DOT = 0x2e;
const UNDERSCORE = 0x5f;

/** The rule about a file whose content has to decide; `holdsKey` reads it. */
export function leftOutByContent(name: string, holdsKey: () => boolean): DefaultRule | null {
  return maybeKeyFile.test(name) && holdsKey() ? privateKey : null;
}
