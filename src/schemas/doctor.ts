import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const DoctorCheckSchema = Type.Object(
  {
    area: literals(['machine', 'context', 'platform', 'plugins'], 'What it is about.'),
    name: Type.String(description('What was looked at.')),
    ok: Type.Boolean(description('Whether it is all right.')),
    message: Type.String(description('What was found.')),
    fix: nullable(Type.String(), 'What to do about it; null when it is all right.'),
  },
  { $id: 'DoctorCheck', description: 'One thing that was looked at.' },
);

export const resultSchema = Type.Object({
  healthy: Type.Boolean(description('Whether there is no problem.')),
  checks: Type.Array(DoctorCheckSchema, description('In the order they were made.')),
});
