import { once } from 'node:events';
import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class Api extends RigCommand {
  static override description = [
    'Send a request to the API of the platform, with your credentials.',
    'Prints the body of the answer as it is; with -o json as the document. An error of the platform is an error of this command. `/v1/openapi.json` describes the API.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> GET /v1/apps',
    {
      description: 'All pages of a list as one.',
      command: '<%= config.bin %> <%= command.id %> GET /v1/events --paginate -o json',
    },
    '<%= config.bin %> <%= command.id %> POST /v1/apps -f name=blog',
    {
      description: 'A body from stdin.',
      command: '<%= config.bin %> <%= command.id %> POST /v1/apps --input - < app.json',
    },
  ];
  // What it prints is the platform's; the default format of a user does not change it.
  static override rigRawOutput = true;
  static override args = {
    method: Args.string({
      required: true,
      description: 'GET, POST, PUT or DELETE.',
      parse: async (value: string) => value.toUpperCase(),
    }),
    path: Args.string({ required: true, description: 'Path, as /v1/apps or apps.' }),
  };
  static override flags = {
    field: Flags.string({
      char: 'f',
      multiple: true,
      description: 'A field with a text: of the body, or of the query for GET.',
      helpValue: 'KEY=TEXT',
    }),
    'typed-field': Flags.string({
      char: 'F',
      multiple: true,
      description: 'The same with a value in JSON, or the content of a file: KEY=@FILE.',
      helpValue: 'KEY=VALUE',
    }),
    header: Flags.string({
      char: 'H',
      multiple: true,
      description: 'A header of the request.',
      helpValue: 'NAME:VALUE',
    }),
    input: Flags.string({
      description: 'File with the body; "-" is stdin.',
      helpValue: 'FILE',
      exclusive: ['field', 'typed-field', 'paginate'],
    }),
    paginate: Flags.boolean({ description: 'Follow nextCursor and answer the whole list; for GET.' }),
    include: Flags.boolean({
      char: 'i',
      description: 'Print the status and the headers of the answer, too.',
    }),
  };

  override async run() {
    const { args, flags } = await this.parse(Api);
    const { makeApiRequest } = await import('../logic/api/make-api-request.ts');
    const { sendApiRequest } = await import('../logic/api/send-api-request.ts');
    const request = await makeApiRequest(
      {
        method: args.method,
        path: args.path,
        fields: flags.field ?? [],
        typedFields: flags['typed-field'] ?? [],
        headers: flags.header ?? [],
        input: flags.input,
      },
      { stdin: this.streams.stdin, cwd: this.cwd, signal: this.signal },
    );
    const { signal, streams } = this;
    const written = { head: false, last: 0x0a };
    const write = async (head: string, chunk: Uint8Array) => {
      if (flags.include && !written.head) streams.stdout.write(head);
      written.head = true;
      written.last = chunk.at(-1) ?? written.last;
      if (!streams.stdout.write(chunk)) await once(streams.stdout, 'drain', { signal });
    };
    const answer = await sendApiRequest(this.rig, request, {
      paginate: flags.paginate,
      signal,
      ...(this.ui.machine ? {} : { take: write }),
    });
    if (!this.ui.machine) {
      await write(answer.head, answer.body);
      if (streams.stdout.isTTY === true && written.last !== 0x0a) streams.stdout.write('\n');
      return undefined;
    }
    const { toDocument } = await import('../logic/api/to-document.ts');
    return toDocument(answer, flags.include);
  }
}
