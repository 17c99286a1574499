package io.neco.cli;

/** A command whose work is told in the log, which is therefore set up before it runs. */
interface LoggingCommand extends NecoCommand {}
