import { DeploySchema } from '@rig-ops/contract/resources';
import { NameSchema, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({ app: NameSchema, deploy: DeploySchema });
