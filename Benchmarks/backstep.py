"""Backstep itself, and the seconds that it reports."""

import json
import os
import pty
import subprocess
import time


class Backstep:
    """The program, on two threads: `Backstep(path, profile)("load mnist", "network 784-10")`."""

    def __init__(self, program, profile):
        self.program, self.profile = program, profile

    def __call__(self, *commands):
        """The seconds of each command, as `--json` reports them, and the last command's blocks."""
        arguments = [self.program, "--json", "--no-init", "--threads", "2"]
        for command in commands:
            arguments += ["-c", command]
        result = subprocess.run(arguments, capture_output=True, text=True, check=True)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        return [line["seconds"] for line in lines], lines[-1]["blocks"]

    def phases(self, sizes, steps):
        """The seconds of each phase of a step, by name: {"forward 1": 0.0002, …}."""
        network = "-".join(map(str, sizes))
        result = subprocess.run(
            [self.profile, "phases", network, "--steps", str(steps)],
            capture_output=True, text=True, check=True,
        )
        return json.loads(result.stdout)

    def prompt(self):
        """The seconds until the shell shows its prompt at a terminal."""
        terminal, its_end = pty.openpty()
        start = time.perf_counter()
        shell = subprocess.Popen(
            [self.program, "--no-init"], stdin=its_end, stdout=its_end, stderr=its_end,
            start_new_session=True,
        )
        text = b""
        while b"backstep> " not in text:
            text += os.read(terminal, 4096)
        seconds = time.perf_counter() - start
        os.write(terminal, b"\x04")
        shell.wait()
        os.close(terminal)
        os.close(its_end)
        return seconds
