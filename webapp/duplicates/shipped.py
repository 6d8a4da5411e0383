"""The weights a workspace begins with: as learnt from a base of French households."""

from webapp.duplicates.weights import Chances, Weights, usual_prior

M: Chances = {
    "first_name": {
        "same": 0.80,
        "close": 0.07,
        "short": 0.06,
        "swapped": 0.02,
        "near": 0.02,
        "different": 0.03,
    },
    "last_name": {
        "same": 0.84,
        "close": 0.08,
        "part": 0.02,
        "near": 0.02,
        "different": 0.04,
    },
    "birth_date": {"same": 0.90, "slip": 0.06, "part": 0.02, "different": 0.02},
    "email": {"same": 0.45, "alike": 0.10, "different": 0.45},
    "mobile": {"same": 0.75, "slip": 0.05, "different": 0.20},
    "landline": {"same": 0.75, "different": 0.25},
    "address": {
        "same": 0.60,
        "close": 0.16,
        "street": 0.02,
        "number": 0.02,
        "place": 0.05,
        "area": 0.07,
        "different": 0.10,
    },
    "civility": {"same": 0.98, "different": 0.02},
    "reference": {"same": 0.85, "slip": 0.08, "different": 0.07},
}
U: Chances = {
    "first_name": {
        "same": 0.006,
        "close": 0.006,
        "short": 0.005,
        "swapped": 1e-5,
        "near": 0.01,
        "different": 0.973,
    },
    "last_name": {
        "same": 0.002,
        "close": 0.002,
        "part": 0.0005,
        "near": 0.01,
        "different": 0.9855,
    },
    "birth_date": {
        "same": 0.00005,
        "slip": 0.0008,
        "part": 0.003,
        "different": 0.99615,
    },
    "email": {"same": 1e-6, "alike": 0.0001, "different": 0.9999},
    "mobile": {"same": 1e-6, "slip": 1e-6, "different": 0.999998},
    "landline": {"same": 0.00002, "different": 0.99998},
    "address": {
        "same": 0.00002,
        "close": 0.0003,
        "street": 0.0001,
        "number": 0.0001,
        "place": 0.003,
        "area": 0.03,
        "different": 0.96638,
    },
    "civility": {"same": 0.5, "different": 0.5},
    "reference": {"same": 1e-6, "slip": 1e-5, "different": 0.99999},
}


def weights(contacts: int) -> Weights:
    """For a base of so many contacts, of which nothing is known yet."""
    return Weights(prior=usual_prior(contacts), m=M, u=U)
