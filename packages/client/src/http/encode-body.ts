/** JSON shorter than this is sent as it is. */
const COMPRESSED_FROM_BYTES = 1024;

/** A body as it goes over the wire, and the headers that say what it is. */
export async function encodeBody(
  body: unknown,
): Promise<{ body: string | Uint8Array | undefined; headers: Record<string, string> }> {
  if (body === undefined) return { body: undefined, headers: {} };
  if (body instanceof Uint8Array) return { body, headers: { 'content-type': 'application/octet-stream' } };
  const json = JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  if (json.length < COMPRESSED_FROM_BYTES) return { body: json, headers };
  const [{ promisify }, { constants, zstdCompress }] = await Promise.all([
    import('node:util'),
    import('node:zlib'),
  ]);
  const bytes = Buffer.from(json);
  const compressed = await promisify(zstdCompress)(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
    chunkSize: bytes.length + 1024,
  });
  return { body: compressed, headers: { ...headers, 'content-encoding': 'zstd' } };
}
