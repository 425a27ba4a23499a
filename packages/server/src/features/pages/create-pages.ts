import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { answerError } from '../../http/answer-error.ts';
import type { Api } from '../../http/create-api.ts';
import { refuseOtherHosts } from '../../http/refuse-pages.ts';
import type { RequestSources } from '../../http/request-source.ts';
import { newId } from '../../ids.ts';
import type { Logger } from '../../logger.ts';
import { findPages } from './find-pages.ts';
import { chooseEncoding, type PageFile, PageFiles } from './page-files.ts';
import { pageHeaders } from './page-headers.ts';

/** Everything of the pages is below it. */
const PAGES_PATH = '/ui/';

export interface PagesDeps {
  readonly sources: RequestSources;
  readonly log: Logger;
  /** Where the files are; that of the package of the pages when absent. */
  readonly folder?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: `${body}\n`,
});

/** Serves the pages, and leaves every other request to the API. */
export function createPages({ sources, log, folder }: PagesDeps): { before: (api: Api) => Api } {
  let files: PageFiles | undefined;
  const answer = async (path: string, request: IncomingMessage): Promise<Answer> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return text(405, 'Pages are read.', { allow: 'GET, HEAD' });
    }
    if (isForeign(request.headers))
      return text(403, 'Pages of other origins may not use those of the platform.');
    if (!path.startsWith(PAGES_PATH)) return { status: 302, headers: { location: PAGES_PATH } };
    const asked = path.slice(PAGES_PATH.length);
    let file: PageFile | undefined;
    try {
      files ??= new PageFiles(folder ?? findPages());
      file = await files.get(asked === '' ? 'index.html' : asked);
    } catch (error) {
      log.error('The pages cannot be read', { error });
      return text(503, 'The pages of this platform are not installed. From sources: `npm run build`.');
    }
    return file === undefined ? text(404, 'There is no such page.') : answerFile(file, request.headers);
  };
  return {
    before: (api) => (request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      if (!isForPages(path, request)) {
        api(request, response);
        return;
      }
      (async () => {
        refuseOtherHosts(request, sources);
        send(response, request, await answer(path, request));
      })().catch((thrown: unknown) => {
        const { status, error } = answerError(thrown, newId('req'), log);
        if (response.headersSent) response.destroy();
        else send(response, request, text(status, error.message));
      });
    },
  };
}

/** The address of the platform itself leads a person to the pages, and a program nowhere. */
function isForPages(path: string, { headers }: IncomingMessage): boolean {
  if (path === '/ui' || path.startsWith(PAGES_PATH)) return true;
  return path === '/' && (headers.accept ?? '').includes('text/html');
}

/** What a page of another origin asks for, other than by leading a person here. */
function isForeign(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
}

function answerFile(file: PageFile, headers: IncomingHttpHeaders): Answer {
  const encoding = chooseEncoding(headers['accept-encoding'], file);
  const tag = `"${file.tag}${encoding === undefined ? '' : `-${encoding}`}"`;
  const caching = {
    etag: tag,
    vary: 'accept-encoding',
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  const known = (headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known.includes(tag) || known.includes('*')) return { status: 304, headers: caching };
  return {
    status: 200,
    headers: {
      ...caching,
      'content-type': file.type,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    body: (encoding && file.encoded.get(encoding)) ?? file.plain,
  };
}

function send(response: ServerResponse, request: IncomingMessage, { status, headers, body }: Answer): void {
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(body ?? '') };
  response.writeHead(status, { ...pageHeaders, ...headers, ...length });
  // What a refused request still sends is thrown away, so that the connection can be used again.
  request.resume();
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body);
}
