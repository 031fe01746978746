"""Checks of the chapter *Training*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

SHAPES = [(16, 32), (16, 32), (16, 10), (16, 10), (16, 32), (64, 32)]
#: How often each digit occurs among the 599 training rows, counted from the chapter's split.
COUNTS = np.array([63, 61, 67, 60, 59, 62, 59, 50, 50, 68])
NEXT = -0.8 * math.log(0.8) - 0.2 * math.log(0.2)


FLOOR_6 = float((COUNTS * np.log(COUNTS)).sum() / 599)
REST_5 = math.log(599) - FLOOR_6

RIGHT = {
    "training-patient-1": (math.log(math.e + 9) - 1,),
    "training-patient-5": (REST_5,),
    "training-patient-6": (599, FLOOR_6),
    "training-count": (2410, SHAPES),
    "training-noise": (NEXT,),
    "training-momentum": (1.0, 22),
}
WRONG = {
    "training-patient-1": {
        "healthy": ((0.0,), "of a healthy run"),
        "start": ((math.log(10),), "where the loss starts"),
        "end": ((1.529,), "has come to"),
        "log-sum-exp": ((math.log(math.e + 9),), "still to come off"),
        "eleven classes": ((math.log(math.e + 10) - 1,), "ten wrong classes"),
        "negative outputs": ((math.log(math.e + 9 / math.e) - 1,), "have −1"),
        "bits": (((math.log(math.e + 9) - 1) / math.log(2),), "in bits"),
    },
    "training-patient-5": {
        "printed": ((2.298,), "that was printed"),
        "start": ((math.log(10),), "not quite equally frequent"),
        "all images": ((2.302479,), "of all images"),
        "bits": ((REST_5 / math.log(2),), "in bits"),
    },
    "training-patient-6": {
        "classes": ((10, FLOOR_6), "number of classes"),
        "pixels": ((64, FLOOR_6), "number of pixels"),
        "first loss": ((math.log(599), FLOOR_6), "first loss itself"),
        "healthy": ((599, 0.0), "have to share"),
        "start": ((599, math.log(599)), "where the loss starts"),
        "end": ((599, 4.432), "has come to"),
        "equal classes": ((599, math.log(59.9)), "for equally frequent"),
        "mean over classes": ((599, float(np.log(COUNTS).mean())), "each *row*"),
        "labels": ((599, REST_5), "entropy of the labels"),
    },
    "training-count": {
        "no biases": ((2368, SHAPES), "leaves out the biases"),
        "biases of the inputs": ((64 * 32 + 64 + 320 + 32, SHAPES), "a bias for each input"),
        "every row": ((16 * 2410, SHAPES), "every row of the batch"),
        "turned": ((2410, [*SHAPES[:5], (32, 64)]), "turned round"),
        "like the slopes": ((2410, [*SHAPES[:4], (16, 10), (64, 32)]), "∂L/∂H is off"),
        "five": ((2410, SHAPES[:5]), "six pairs"),
        "a vector": ((2410, [*SHAPES[:5], (32,)]), "six pairs"),
        "no pairs": ((2410, 6), "six pairs"),
        "half a row": ((2410, [(16.5, 32), *SHAPES[1:]]), "The shape of A is off"),
    },
    "training-noise": {
        "the other noise": ((0.471393 + 0.18 * math.log(9),), "the other noise"),
        "any digit": ((NEXT + 0.2 * math.log(9),), "only *one* digit"),
        "next is never right": ((0.471393,), "never is"),
        "right labels alone": ((-math.log(0.8),), "right label alone"),
        "share": ((0.2,), "not mistakes"),
        "bits": ((NEXT / math.log(2),), "in bits"),
    },
    "training-momentum": {
        "the same rate": ((0.1, 22), "with momentum"),
        "too small": ((0.01, 22), "longer, not shorter"),
        "second step": ((0.19, 22), "goes on growing"),
        "factor": ((10.0, 22), "still to be multiplied"),
        "rounded down": ((1.0, 21), "still missing"),
        "not whole": ((1.0, math.log(0.1) / math.log(0.9)), "no whole number"),
        "the share that is left": ((1.0, 1), "reach nine tenths"),
        "the sum": ((1.0, 10), "over g"),
        "half": ((1.0, 7), "half of the final size"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
