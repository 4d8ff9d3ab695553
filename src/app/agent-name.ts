/** The agent's name, as the server that renders the page knows it: until the agent server has told. */
export function agentName(): string {
  return process.env.AGENT_NAME || 'agent_websocket'
}
