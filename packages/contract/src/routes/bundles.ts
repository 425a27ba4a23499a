import Type from 'typebox';
import {
  BlocksStateSchema,
  BundleAnnouncementSchema,
  BundleLimitsSchema,
  BundleStateSchema,
} from '../bundle-manifest.ts';
import { type Route } from './route.ts';

export const bundlesRoutes = {
  getLimits: {
    method: 'GET',
    path: '/v1/limits',
    summary: 'What the platform takes at most, to be asked before an upload.',
    access: 'signed-in',
    audit: null,
    response: Type.Object({ bundle: BundleLimitsSchema }),
    status: 200,
  },
  putBundle: {
    method: 'PUT',
    path: '/v1/apps/:app/bundles/:bundle',
    summary: 'Announces a bundle; answers what is missing. Asking again is how an upload resumes.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'bundle.announce',
    body: BundleAnnouncementSchema,
    response: BundleStateSchema,
    status: 200,
  },
  putBlocks: {
    method: 'PUT',
    path: '/v1/apps/:app/blocks',
    summary:
      'Brings blocks of a manifest that is still being made; answers what is missing of their content.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'bundle.announce',
    body: BundleAnnouncementSchema,
    response: BlocksStateSchema,
    status: 200,
  },
  putPack: {
    method: 'PUT',
    path: '/v1/apps/:app/packs/:pack',
    summary: 'Stores a pack of chunks, named by the SHA-256 of its bytes. Repeating it does nothing.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'bundle.upload',
    body: 'binary',
    response: Type.Object({ stored: Type.Integer({ description: 'Chunks in the pack.' }) }),
    status: 201,
  },
  commitBundle: {
    method: 'POST',
    path: '/v1/apps/:app/bundles/:bundle/commit',
    summary: 'Declares a bundle complete; `bundle_incomplete` says what is missing.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'bundle.commit',
    response: BundleStateSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
