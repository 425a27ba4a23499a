export { listAgents, type RunningAgent, stopAgents } from './agent/list-agents.ts';
