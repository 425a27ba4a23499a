export { FakePackIndex } from './fake-pack-index.ts';
export { packIndexContract } from './pack-index-contract.ts';
export { Random } from './random.ts';
