"""Runs the chapters and says how far it is: what `make figures` calls."""

import argparse
import asyncio
import os
import sys
import time

from gan_tf.book import chapter, results
from gan_tf.environment import profiles

# For TensorFlow, and for NumPy's linear algebra.
ONE_THREAD = dict.fromkeys(
    ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OPENBLAS_NUM_THREADS"), "1"
)


def main(arguments: list[str] | None = None) -> int:
    """Run the chapters whose numbers are given, else all; the exit code is 1 if one fails.

    Trainings take both cores, and later chapters load what earlier ones trained: they run in order.
    Chapters that only load run two at a time, from the last one, for it is the last ones that take
    long: none is left to run alone at the end.
    """
    parser = argparse.ArgumentParser(prog="python -m gan_tf.book", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="such as 03; default: all")
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="carry sweeps out on the workers of the Dask scheduler at ADDRESS, such as "
        "tcp://host:8786 (default: GAN_TF_DASK, else on this machine)",
    )
    options = parser.parse_args(arguments)
    numbers = options.numbers
    if options.dask:
        os.environ["GAN_TF_DASK"] = options.dask
    profile = profiles.get()
    chapters = sorted((profiles.ROOT / "notebooks").glob("*.ipynb"))
    chapters = [path for path in chapters if not numbers or path.name[:2] in numbers]
    if unknown := set(numbers) - {path.name[:2] for path in chapters}:
        parser.error(f"there is no chapter {', '.join(sorted(unknown))}: give numbers such as 03")
    loads = profile.name == "paper" and os.environ.get("GAN_TF_RETRAIN") != "1"
    order, at_a_time = (chapters[::-1], 2) if loads else (chapters, 1)
    if at_a_time > 1:  # Two that each want all cores get in each other's way: a tenth slower.
        os.environ.update(ONE_THREAD)
    if not asyncio.run(_run(order, profile.home / "notebooks", at_a_time)):
        return 1
    if profile.name == "paper":
        results.write(profiles.ROOT, profile.figures / "tables")
    return 0


async def _run(chapters, folder, at_a_time):
    """Whether all chapters ran; the first that fails ends them."""
    begun, done = time.perf_counter(), []
    turns = asyncio.Semaphore(at_a_time)

    async def run(path):
        async with turns:
            start = time.perf_counter()
            await chapter.execute(path, folder / path.name)
            done.append(path)
            left = len(chapters) - len(done)
            seconds = time.perf_counter() - start
            print(f"{path.stem:30} {seconds:6.0f} s, {left} of {len(chapters)} left", flush=True)

    tasks = [asyncio.create_task(run(path)) for path in chapters]
    try:
        await asyncio.gather(*tasks)
    except chapter.ChapterFailed as error:
        print(error, file=sys.stderr)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return False
    print(f"{'all':30} {time.perf_counter() - begun:6.0f} s")
    return True


if __name__ == "__main__":
    sys.exit(main())
