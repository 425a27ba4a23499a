import Type from 'typebox';
import {
  BuildOptionsSchema,
  ConfigChangeSchema,
  DeploySchema,
  RollbackPartSchema,
  RolloutOrderSchema,
  SourceSchema,
} from '../resources.ts';
import { DeployGuardSchema } from './deploy-guard.ts';
import { listOf, PageQuery, type Route } from './route.ts';

export const deploysRoutes = {
  createDeploy: {
    method: 'POST',
    path: '/v1/apps/:app/deploys',
    summary: 'Builds a committed bundle, or takes an image, and makes it live.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'app.deploy',
    body: Type.Object(
      {
        bundle: Type.Optional(
          Type.String({
            description:
              'Id of the bundle; beside an image what its rig.toml says counts, and it may be left out.',
          }),
        ),
        image: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 500,
            description:
              'An image that is there already, as `docker pull` takes it, where the platform runs images.',
          }),
        ),
        message: Type.Optional(
          Type.String({ maxLength: 2000, description: 'What to say about the release.' }),
        ),
        rollout: Type.Optional(RolloutOrderSchema),
        source: Type.Optional(SourceSchema),
        build: Type.Optional(BuildOptionsSchema),
        config: Type.Optional(ConfigChangeSchema),
        guard: Type.Optional(DeployGuardSchema),
      },
      { additionalProperties: false },
    ),
    response: DeploySchema,
    status: 202,
  },
  createRollback: {
    method: 'POST',
    path: '/v1/apps/:app/rollbacks',
    summary: 'Makes a new release that reuses the content of an old one.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'app.rollback',
    body: Type.Object(
      {
        to: Type.Optional(
          Type.Integer({
            minimum: 1,
            description: 'Version to return to; the one that was live before when absent.',
          }),
        ),
        only: Type.Optional(RollbackPartSchema),
        guard: Type.Optional(DeployGuardSchema),
      },
      { additionalProperties: false },
    ),
    response: DeploySchema,
    status: 202,
  },
  promoteDeploy: {
    method: 'POST',
    path: '/v1/apps/:app/deploys/current/promote',
    summary: 'Ends the steps of the canary of an app: the new release gets all requests.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'deploy.promote',
    response: DeploySchema,
    status: 202,
  },
  cancelDeploy: {
    method: 'POST',
    path: '/v1/apps/:app/deploys/current/cancel',
    summary: 'Ends the deploy of an app; what was live before it stays, or while it is watched comes back.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'deploy.cancel',
    response: DeploySchema,
    status: 202,
  },
  listDeploys: {
    method: 'GET',
    path: '/v1/apps/:app/deploys',
    summary: 'The deploys of an app, newest first, those that wait for their turn included.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    query: PageQuery,
    response: listOf('deploys', DeploySchema),
    status: 200,
  },
  cancelDeployById: {
    method: 'POST',
    path: '/v1/deploys/:deploy/cancel',
    summary: 'Ends a deploy that has not gone live yet; answers once nothing of it is left.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'deploy.cancel',
    response: DeploySchema,
    status: 200,
  },
  getDeploy: {
    method: 'GET',
    path: '/v1/deploys/:deploy',
    summary: 'How a deploy stands.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    response: DeploySchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
