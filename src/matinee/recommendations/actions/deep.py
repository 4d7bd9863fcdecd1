"""Trains the deep model in Keras (the extra `deep`), on the GPU where there is one."""

import math
import os

import numpy as np
import numpy.typing as npt
from scipy import sparse

# TensorFlow says much at its start; what fails is raised.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from matinee.recommendations.rules.candidates.deep import Layers

WIDTH = 128
# As in Liang et al. 2018, section 4.4: half of a history is hidden, batches of 500 viewers.
HIDDEN = 0.5
BATCH = 500
EPOCHS = 40
RATE = 1e-3
_SEED = 0

Dense = npt.NDArray[np.float32]


def trained(rows: sparse.csr_matrix) -> Layers:
    """The layers of an autoencoder of the rows. Seeded; the same on the same kind of device."""
    keras.utils.set_random_seed(_SEED)
    n_items = rows.shape[1]
    model = _autoencoder(n_items)
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=_multinomial)
    batches = _Batches(rows[np.diff(rows.indptr) > 0])
    model.fit(batches, epochs=EPOCHS, verbose=0)
    inner, outer = (model.get_layer(name).get_weights() for name in ("inner", "outer"))
    return Layers(inwards=inner[0], middle=inner[1], outwards=outer[0].T, outer=outer[1])


def _autoencoder(n_items: int) -> keras.Model:
    history = keras.Input((n_items,))
    scaled = keras.layers.UnitNormalization(axis=-1)(history)
    partly = keras.layers.Dropout(HIDDEN)(scaled)
    middle = keras.layers.Dense(WIDTH, activation="tanh", name="inner")(partly)
    return keras.Model(history, keras.layers.Dense(n_items, name="outer")(middle))


def _multinomial(watched: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Negative log-likelihood of what was watched (Liang et al. 2018, equation 2)."""
    likely = keras.ops.log_softmax(logits, axis=-1)
    return -keras.ops.mean(keras.ops.sum(watched * likely, axis=-1))


class _Batches(keras.utils.PyDataset):  # type: ignore[misc] # Keras ships no types
    """Viewers in another order for each epoch, made dense a batch at a time."""

    def __init__(self, rows: sparse.csr_matrix) -> None:
        super().__init__()
        self._rows = rows
        self._chance = np.random.default_rng(_SEED)
        self._order = self._chance.permutation(rows.shape[0])

    def __len__(self) -> int:
        return math.ceil(int(self._rows.shape[0]) / BATCH)

    def __getitem__(self, number: int) -> tuple[Dense, Dense]:
        own = self._order[number * BATCH : (number + 1) * BATCH]
        dense: Dense = self._rows[own].toarray()
        return dense, dense

    def on_epoch_end(self) -> None:
        """See Keras."""
        self._order = self._chance.permutation(self._rows.shape[0])
