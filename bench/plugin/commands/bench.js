import { Command } from '@oclif/core';

export default class Bench extends Command {
  async run() {
    this.log('ran');
  }
}
