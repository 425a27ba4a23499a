export { RecordingSettingsSchema as resultSchema } from '@rig-ops/contract/resources';
