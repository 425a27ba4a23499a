// What an init container of rig's image runs, at a place that never changes.
import '@rig-ops/supervisor/prepare-pod';
