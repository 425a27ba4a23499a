import type { Detector } from './detector.ts';
import { dockerfileDetector } from './dockerfile/dockerfile-detector.ts';
import { goDetector } from './go/go-detector.ts';
import { nodeDetector } from './node/node-detector.ts';
import { procfileDetector } from './procfile/procfile-detector.ts';
import { pythonDetector } from './python/python-detector.ts';
import { rigTomlDetector } from './rig-toml/rig-toml-detector.ts';
import { rubyDetector } from './ruby/ruby-detector.ts';
import { staticDetector } from './static/static-detector.ts';

/** Every detector, the most explicit first: each says what the ones before it left open. */
export const detectors: readonly Detector[] = [
  rigTomlDetector,
  procfileDetector,
  dockerfileDetector,
  rubyDetector,
  pythonDetector,
  goDetector,
  nodeDetector,
  staticDetector,
];
