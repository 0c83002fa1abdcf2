"""The command line: list the recipes, look at data, train, look at a run, take it out."""

import argparse
import json
import math
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from gan_tf import catalogue
from gan_tf import options as kinds
from gan_tf.environment import profiles
from gan_tf.storage import files, run_places

# TensorFlow takes seconds to import: each command imports what it needs, so help and refusals are
# instant.

EPILOG = """examples:
  python -m gan_tf list
  python -m gan_tf train dcgan --profile quick
  python -m gan_tf sample dcgan --count 25 --seed 7 --out digits.png

A training that is stopped goes on where it was when the same command is given again."""


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; the exit code is 2 for bad input, 1 for a failed training."""
    with _stopped_at_once():
        try:
            options = _parser().parse_args(arguments)
            _check(options)
            if options.command is _list:
                _list()
                return 0
        except (ValueError, OSError) as error:
            return _complain(error, 2)
        from gan_tf import runs  # noqa: F401, and with it TensorFlow
    try:
        return _carried_out(options)
    except KeyboardInterrupt:
        is_training = options.command is _train
        kept = "; the epochs finished so far are kept" if is_training else ""
        return _complain(f"stopped{kept}.", 130)


@contextmanager
def _stopped_at_once():
    """An interrupt ends the process with a sentence.

    Python's own way, an exception, would come out of libraries that are being imported as others.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # TensorFlow is imported with its own messages, and with them standard error, turned off.
    terminal = os.dup(2)

    def stop(*_):
        os.write(terminal, b"gan_tf: stopped.\n")
        os._exit(130)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        os.close(terminal)


def _carried_out(options):
    from gan_tf.environment.quiet_tensorflow import tensorflow
    from gan_tf.training.callbacks import TrainingDiverged

    try:
        options.command(options)
    except TrainingDiverged as error:
        return _complain(error, 1)
    except (ValueError, OSError) as error:
        return _complain(error, 2)
    except (MemoryError, tensorflow.errors.ResourceExhaustedError):
        return _complain(
            "the memory does not suffice: choose fewer or smaller images, or smaller batches.", 2
        )
    return 0


def _check(options):
    """Raise a `ValueError` for options that do not go together."""
    profiles.get(getattr(options, "profile", None))
    is_picture = "out" in options and options.out.suffix.lower() in kinds.PICTURES
    if options.command is _sample and is_picture and options.count > kinds.MOST_IN_A_PICTURE:
        raise kinds.Refused(
            f"{options.count:,} images are too many for a picture, which has "
            f"{kinds.MOST_IN_A_PICTURE:,} at most: give a folder or an .npz file (--out)."
        )
    if options.command is _data and _lies_in(options.out, options.data):
        raise kinds.Refused(
            f"{options.out} would lie among the images: name another place by --out, such as "
            f"--out ../{options.out.name}."
        )
    if options.command is _train and not options.data and (options.size or options.skip_damaged):
        raise kinds.Refused(
            "--size and --skip-damaged are of images of your own: say where those are (--data)."
        )
    if options.command is _train:
        catalogue.check(options.recipe)
    if options.command in (_sample, _gif, _export):
        _check_finished(options)
    if options.command is _score and not os.path.exists(os.path.expanduser(options.run)):
        run_places.check_named(options.run)
        _check_finished(options)


def _check_finished(options):
    """Raise what `runs.load` would if there is no finished run that the options name."""
    path = run_places.named(
        Path(options.run), options.seed, options.profile, options.epochs, options.precision
    )
    run_places.put_right(path)
    if not (path / "run.json").is_file() and not files.is_replaced(path):
        raise run_places.missing(path)


def _lies_in(path, folder):
    return os.path.isdir(folder) and path.resolve().is_relative_to(Path(folder).resolve())


def _parser():
    parser = kinds.Parser(
        prog="python -m gan_tf",
        description="Train GANs on digits and look at what they generate.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    list_ = commands.add_parser("list", help="name the recipes and say which are trained")
    list_.set_defaults(command=_list)

    data = commands.add_parser(
        "data",
        help="say what a folder or a file of images is understood as",
        description="Say what a data set, a folder or a file of images is understood as, and save "
        "a sheet of samples of it as a PNG.",
    )
    data.add_argument(
        "data", type=kinds.dataset, metavar="DATA", help="a folder, a file, or a name such as mnist"
    )
    _add_data_options(data)
    _add_out(data, "data.png", kinds.PICTURES)
    data.set_defaults(command=_data)

    train = commands.add_parser(
        "train",
        help="train a recipe, or go on with a training that was stopped",
        description="Train a recipe, or go on with a training that was stopped. "
        "A run that is finished already is only named.",
    )
    train.add_argument("recipe", metavar="RECIPE", help="a name that `list` shows")
    _add_run_options(train)
    train.add_argument(
        "--data",
        type=kinds.dataset,
        metavar="DATA",
        help="images of your own, as of `data`: networks are built for them; kept in runs/NAME",
    )
    _add_data_options(train)
    train.add_argument("--name", help="of a run of your own (default: after the recipe and DATA)")
    train.add_argument(
        "--keep-best",
        nargs="?",
        const=True,
        default=False,
        metavar="RUN",
        help="keep the GAN's epoch with the least Fréchet distance, in runs/NAME; RUN is that of "
        "the classifier that measures it (default, for MNIST: lenet)",
    )
    train.add_argument(
        "--from-epoch",
        type=kinds.whole(1, kinds.MOST_EPOCHS),
        metavar="N",
        help="go back to epoch N, which must be kept, and on from there with other random numbers",
    )
    train.add_argument(
        "--retrain", action="store_true", default=None, help="train anew, replacing the run"
    )
    train.add_argument(
        "--tensorboard",
        type=kinds.folder,
        metavar="DIR",
        help="also write TensorBoard's files to DIR",
    )
    train.set_defaults(command=_train)

    sample = commands.add_parser(
        "sample",
        help="generate images with a finished run",
        description="Generate images with a finished run, and save them as one picture or each by "
        "itself.",
    )
    _add_run(sample)
    sample.add_argument(
        "--count",
        type=kinds.whole(1),
        default=25,
        help=f"images to generate (default 25; {kinds.MOST_IN_A_PICTURE:,} at most in a picture)",
    )
    sample.add_argument(
        "--digit", metavar="CLASS", help="of a conditional GAN: a digit, or the name of a class"
    )
    sample.add_argument(
        "--best", action="store_true", help="of a run with --keep-best: draw with its best epoch"
    )
    sample.add_argument(
        "--latents",
        type=kinds.whole(0, kinds.MOST_SEED),
        default=0,
        metavar="SEED",
        help="seed of the noise (default 0)",
    )
    sample.add_argument(
        "--out",
        type=kinds.images,
        default="samples.png",
        metavar="FILE",
        help="a picture, an .npz file, or a new folder for a file an image (default samples.png)",
    )
    sample.set_defaults(command=_sample)

    gif = commands.add_parser(
        "gif",
        help="show the training of a finished run as a GIF",
        description="Save what a finished run drew of the same nine latent vectors after each "
        "epoch as a GIF.",
    )
    _add_run(gif)
    _add_out(gif, "training.gif", (".gif",))
    gif.set_defaults(command=_gif)

    export = commands.add_parser(
        "export",
        help="write the networks of a run for use without this package",
        description="Write the networks of a finished run into a new folder: Keras files of plain "
        "layers, SavedModels and ONNX files that serve images as bytes, and a model card.",
    )
    _add_run(export)
    export.add_argument(
        "--best", action="store_true", help="of a run with --keep-best: the best epoch's generator"
    )
    export.add_argument(
        "folder", type=kinds.new_folder, metavar="DIR", help="a folder that is not there yet"
    )
    export.set_defaults(command=_export)

    doctor = commands.add_parser(
        "doctor",
        help="say what went wrong in a training, what usually causes it, and what to try",
        description="Say what went wrong in the training of a GAN, finished or stopped, what "
        "usually causes it, and what to try.",
    )
    _add_run(doctor)
    doctor.set_defaults(command=_doctor)

    score = commands.add_parser(
        "score",
        help="say how real images are, by several measures, on a page of HTML",
        description="Score images by several measures beside real images, blurred ones and noise; "
        "print the table and write a page with it, the most and the least typical images and how "
        "it was computed.",
    )
    _add_run(score, "IMAGES", "a folder or a file of images, or a GAN's run as of `sample`")
    score.add_argument(
        "--real",
        type=kinds.dataset,
        default="mnist",
        metavar="DATA",
        help="real images, as of `data` (default mnist)",
    )
    score.add_argument(
        "--labels",
        type=kinds.old_file,
        metavar="FILE",
        help="the classes asked for, by number: .npy or .npz",
    )
    score.add_argument(
        "--classifier",
        metavar="RUN",
        help="the classifier's run that reads the images (default, for MNIST: lenet)",
    )
    score.add_argument(
        "--size",
        type=kinds.whole(1, kinds.MOST_SIDE),
        metavar="PIXELS",
        help="as of `data`, for these and for the real images",
    )
    score.add_argument(
        "--count",
        type=kinds.whole(1),
        default=10_000,
        metavar="N",
        help="the most images to take; fewer take less time (default 10,000)",
    )
    score.add_argument(
        "--skip-damaged", action="store_true", help="leave out images that cannot be read"
    )
    score.add_argument(
        "--latents",
        type=kinds.whole(0, kinds.MOST_SEED),
        default=0,
        metavar="SEED",
        help="seed of what a run draws, and of everything random here (default 0)",
    )
    _add_out(score, "score.html", kinds.PAGES)
    score.set_defaults(command=_score)

    tensorboard = commands.add_parser(
        "tensorboard",
        help="open TensorBoard on all finished runs",
        description="Write the losses, metrics and samples of all finished runs for TensorBoard, "
        "and run it until it is stopped.",
    )
    _add_profile(tensorboard)
    tensorboard.set_defaults(command=_tensorboard)
    return parser


def _add_data_options(parser):
    parser.add_argument(
        "--size",
        type=kinds.whole(1, kinds.MOST_SIDE),
        metavar="PIXELS",
        help="resize and pad all images to squares of it",
    )
    parser.add_argument(
        "--skip-damaged", action="store_true", help="leave out images that cannot be read"
    )


def _add_run(
    parser, metavar="RUN", words="a recipe's name, that of a run of your own, or a run's folder"
):
    parser.add_argument("run", type=kinds.run, metavar=metavar, help=words)
    _add_run_options(parser)


def _add_out(parser, name, suffixes):
    # The default as a text, so that it is checked, too.
    parser.add_argument(
        "--out",
        type=kinds.new_file(suffixes),
        default=name,
        metavar="FILE",
        help=f"default {name}; it may end in {', '.join(suffixes)}",
    )


def _add_run_options(parser):
    parser.add_argument(
        "--seed",
        type=kinds.whole(0, kinds.MOST_SEED),
        help="which run: its seed (default 0, or that of the only run of its name)",
    )
    _add_profile(parser)
    parser.add_argument(
        "--epochs",
        type=kinds.whole(1, kinds.MOST_EPOCHS),
        help="other than the profile's number of epochs, kept apart",
    )
    parser.add_argument(
        "--precision",
        choices=("float32", "mixed_bfloat16"),
        metavar="NAME",
        help="float32 or mixed_bfloat16, kept apart (default: what this machine is fastest in)",
    )


def _add_profile(parser):
    parser.add_argument(
        "--profile",
        choices=tuple(profiles.PROFILES),
        metavar="NAME",
        help="paper (the report's size), quick (minutes) or smoke (seconds); "
        "default: GAN_TF_PROFILE, else paper",
    )


def _list():
    width = max(map(len, catalogue.CATALOGUE))
    for name, entry in catalogue.CATALOGUE.items():
        folder = run_places.folder(name)
        is_there = folder.name in run_places.runs_in(folder.parent)
        state = ("released" if folder.is_dir() else "begun") if is_there else "not trained here"
        print(f"{name:{width}} {entry.epochs:4d} epochs  {state:16}  {entry.summary}")
    for path in filter(Path.is_dir, run_places.all_in(profiles.ROOT / "runs")):
        print(f"{path.relative_to(profiles.ROOT)}{_in_words(path)}")
    for path in run_places.stopped():
        print(f"{path.relative_to(profiles.ROOT)}: stopped; the command that began it goes on")


def _in_words(run):
    """What the record of a finished run says, or what is wrong with it."""

    def read(content):
        return run_places.in_words(json.loads(content))

    try:
        return f": {files.read(run / 'run.json', read, run_places.REMEDY)}"
    except (ValueError, OSError) as error:
        return f" is left out: {error}"


def _data(options):
    from gan_tf import data, plotting

    dataset = data.load(options.data, options.size, options.skip_damaged)
    print(data.describe(dataset))
    images, names = data.sample(dataset, 40)
    sheet = plotting.labelled_images(images, names, 8, options.data)
    plotting.save(sheet, options.out, anew=True)
    print(f"{options.out}: {len(images)} of them")


def _train(options):
    from gan_tf import runs

    run = runs.train(
        options.recipe,
        options.seed or 0,
        options.profile,
        options.epochs,
        options.precision,
        options.retrain,
        options.tensorboard,
        data=options.data,
        size=options.size,
        skip_damaged=options.skip_damaged,
        name=options.name,
        keep_best=options.keep_best,
        from_epoch=options.from_epoch,
    )
    print(f"{run}\n{run.folder}")


def _sample(options):
    from gan_tf import data, plotting

    run = _gan(options)
    images = run.generate(options.count, options.latents, options.digit, options.best)
    if options.out.suffix.lower() in kinds.PICTURES:
        plotting.save(plotting.sample_grid(images), options.out, anew=True)
    else:
        data.save(images, options.out, run.labels(options.count, options.digit), run.class_names)
    print(f"{options.out}: {options.count:,} images")


def _gif(options):
    from gan_tf import plotting

    samples = _gan(options).samples
    height, epochs = samples.shape[2], len(samples) - 1
    plotting.training_gif(
        samples, options.out, scale=max(1, 140 // height), every=-(-epochs // 100)
    )
    print(f"{options.out}: {epochs} epochs")


def _gan(options):
    """The GAN's run that the options name."""
    from gan_tf import runs

    run = runs.load(_folder(options))
    if not isinstance(run, runs.GanRun):
        raise ValueError(f"{run.folder} is a classifier: it draws nothing, choose a GAN.")
    return run


def _export(options):
    from gan_tf import runs

    runs.load(_folder(options)).export(options.folder, options.best)
    print(f"{options.folder}: {', '.join(sorted(p.name for p in options.folder.iterdir()))}")


def _doctor(options):
    from gan_tf.runs import run_folder
    from gan_tf.training import monitor

    folder = _folder(options)
    history = run_folder.latest_history(folder)
    if "fake_accuracy" not in history:
        raise ValueError(f"{folder} is a classifier: the monitor watches GANs.")
    steps = run_folder.latest_info(folder).get("steps", math.inf)
    print(monitor.diagnosis(history, monitor.silent_epochs(steps)))


def _score(options):
    from gan_tf import runs
    from gan_tf.scoring import inputs, page, scorecard

    images = options.run
    if inputs.names_run(images):
        images = runs.load(_folder(options))
    card = scorecard(
        images,
        options.real,
        inputs.read_labels(options.labels) if options.labels else None,
        options.latents,
        options.classifier,
        options.size,
        count=options.count,
        skip_damaged=options.skip_damaged,
    )
    print(card)
    page.write(card, options.out)
    print(f"\n{options.out}: the page")


def _folder(options):
    """Where the run is that the options name."""
    from gan_tf import runs

    return runs.find(options.run, options.seed, options.profile, options.epochs, options.precision)


def _tensorboard(options):
    from gan_tf import runs
    from gan_tf.runs import tensorboard

    profile = profiles.get(options.profile)
    found = [*runs.finished(profile.name), *runs.own()]
    if not found:
        raise ValueError(
            f"There are no finished runs of the profile {profile.name}: train one with "
            "`python -m gan_tf train RECIPE`."
        )
    folder = profiles.ROOT / "build" / "tensorboard" / profile.name
    for run in found:
        tensorboard.write(run, folder / run.folder.parent.name / run.folder.name)
    print(f"{folder}: {len(found)} runs", flush=True)
    tensorboard.serve(folder)


def _complain(message, code):
    if isinstance(message, OSError) and message.strerror:
        what = message.strerror
        message = f"{message.filename} cannot be used: {what}." if message.filename else what
    print(f"gan_tf: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
