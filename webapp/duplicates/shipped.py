"""The weights a workspace begins with: as learnt from made-up French households, and rounded.

Where that base showed hardly anything, contradictions weigh less and coincidences more.
"""

from webapp.duplicates.weights import Chances, Weights, usual_prior

M: Chances = {
    "first_name": {
        "same": 0.87,
        "close": 0.05,
        "short": 0.03,
        "swapped": 0.03,
        "near": 0.01,
        "different": 0.01,
    },
    "last_name": {
        "same": 0.895,
        "close": 0.065,
        "part": 0.015,
        "near": 0.005,
        "different": 0.02,
    },
    "birth_date": {"same": 0.935, "slip": 0.035, "part": 0.005, "different": 0.025},
    "email": {"same": 0.42, "alike": 0.054, "different": 0.526},
    "mobile": {"same": 0.863, "slip": 0.017, "different": 0.12},
    "landline": {"same": 0.89, "different": 0.11},
    "address": {
        "same": 0.4272,
        "close": 0.052,
        "street": 0.14,
        "number": 0.02,
        "place": 0.27,
        "area": 0.0028,
        "different": 0.088,
    },
    "civility": {"same": 0.99, "different": 0.01},
    "reference": {"same": 0.85, "slip": 0.08, "different": 0.07},
}
U: Chances = {
    "first_name": {
        "same": 0.0052,
        "close": 0.00058,
        "short": 0.0017,
        "swapped": 1e-05,
        "near": 0.0022,
        "different": 0.9903178,
    },
    "last_name": {
        "same": 0.00079,
        "close": 0.0014,
        "part": 2e-05,
        "near": 0.016,
        "different": 0.9818079,
    },
    "birth_date": {
        "same": 3.8e-05,
        "slip": 0.0013,
        "part": 0.0025,
        "different": 0.996162,
    },
    "email": {"same": 1.1e-06, "alike": 1e-05, "different": 0.9999969},
    "mobile": {"same": 2.3e-06, "slip": 1e-05, "different": 0.9999941},
    "landline": {"same": 1.5e-05, "different": 0.999985},
    "address": {
        "same": 1.4e-05,
        "close": 1e-05,
        "street": 2.8e-05,
        "number": 2.8e-05,
        "place": 0.0052,
        "area": 0.0098,
        "different": 0.9849274,
    },
    "civility": {"same": 0.51, "different": 0.49},
    "reference": {"same": 1e-06, "slip": 1e-05, "different": 0.999989},
}


def weights(contacts: int) -> Weights:
    """For a base of so many contacts, of which nothing is known yet."""
    return Weights(prior=usual_prior(contacts), m=M, u=U)
