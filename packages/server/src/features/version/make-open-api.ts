import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import { CONNECT_PATH, type Route, routes } from '@rig-ops/contract/routes';
import type { TSchema } from 'typebox';
import { SchemaComponents } from './schema-components.ts';

const ErrorAnswer = {
  description: 'What went wrong, with a permanent code and the next step.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorAnswer' } } },
};

/** How errors travel; the same document that `rig -o json` prints. */
const ErrorAnswerSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      description: 'The error.',
      required: ['code', 'message', 'hint', 'exitCode'],
      properties: {
        code: { type: 'string', description: 'Permanent name of the error.' },
        message: { type: 'string', description: 'What happened and why.' },
        hint: { type: 'string', description: 'What to type or change next.' },
        exitCode: { type: 'integer', description: 'Exit code of the command line for it.' },
        requestId: { type: 'string', description: 'The request it belongs to.' },
        details: { type: 'object', description: 'More about it, by code.' },
      },
    },
  },
};

const parametersOf = (route: Route, components: SchemaComponents): object[] => {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const { properties = {}, required = [] } = (route.query ?? {}) as {
    properties?: Record<string, TSchema>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: components.refer(schema),
  }));
  return [...inPath, ...inQuery];
};

const bodyOf = (route: Route, components: SchemaComponents): object => {
  if (route.body === undefined) return {};
  const content =
    route.body === 'binary'
      ? { 'application/octet-stream': { schema: {} } }
      : { 'application/json': { schema: components.refer(route.body) } };
  return { requestBody: { required: true, content } };
};

const operationOf = (operationId: string, route: Route, components: SchemaComponents): object => ({
  operationId,
  summary: route.summary,
  security: route.access === 'anyone' ? [] : [{ token: [] }],
  parameters: parametersOf(route, components),
  ...bodyOf(route, components),
  responses: {
    [route.status]: {
      description: route.summary,
      content:
        route.response === 'binary'
          ? { 'application/octet-stream': { schema: {} } }
          : { 'application/json': { schema: components.refer(route.response) } },
    },
    default: ErrorAnswer,
  },
});

const connectOperation = {
  operationId: 'connect',
  summary: `Upgrades to a WebSocket of subprotocol ${WIRE_SUBPROTOCOL}, which carries logs, events and sessions.`,
  security: [{ token: [] }],
  responses: {
    101: { description: 'The connection speaks the subprotocol from here on.' },
    default: ErrorAnswer,
  },
};

/** The OpenAPI 3.1 document of the API, made of the same table and schemas that serve it. */
export function makeOpenApi(version: string): Record<string, unknown> {
  const components = new SchemaComponents();
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route, components) };
  }
  paths[CONNECT_PATH] = { get: connectOperation };
  return {
    openapi: '3.1.0',
    info: {
      title: 'rig',
      version,
      description: 'The API of a rig platform.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...components.schemas(), ErrorAnswer: ErrorAnswerSchema },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}
