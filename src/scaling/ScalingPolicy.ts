import type { OperatorFunction } from 'rxjs';
import type { Load } from './Load.js';

/**
 * Turns a stream of loads into a stream of numbers of workers. The manager clamps these to base … max and
 * rounds them up; a policy that completes leaves its last target standing.
 */
export type ScalingPolicy = OperatorFunction<Load, number>;
