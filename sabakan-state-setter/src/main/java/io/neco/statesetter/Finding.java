package io.neco.statesetter;

import io.neco.sabakan.StatedMachine;

/** A machine, and what was found out about it. */
record Finding(StatedMachine machine, Judgement judgement) {}
