/** The model that specs direct: the tester's kit has it. Here for the specs that name it. */
export { type Model, type ModelServer, startModel } from '../../src/testing/index.ts'
