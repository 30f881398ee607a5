"""A regressor for scikit-learn's pipelines and grid searches, which passes check_estimator. Needs scikit-learn."""

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted, validate_data

from nn import MLP, fit, iris, predict


class Regressor(RegressorMixin, BaseEstimator):
    def __init__(self, layers=(16,), activation="tanh", epochs=60, random_state=0):
        self.layers, self.activation, self.epochs, self.random_state = layers, activation, epochs, random_state

    def fit(self, X, y):
        (X, y), seed = validate_data(self, X, y, y_numeric=True), self.random_state
        model = self.model_ = MLP(X.shape[1], [*self.layers, 1], self.activation, rng=seed)
        fit(model, X, y, loss="mse", epochs=self.epochs, rng=seed, progress=False)
        return self

    def predict(self, X):
        check_is_fitted(self)
        return predict(self.model_, validate_data(self, X, reset=False))


(x, _), folds = iris(), KFold(5, shuffle=True, random_state=0)
whole = make_pipeline(StandardScaler(), Regressor())
print("R² in five folds:", cross_val_score(whole, x[:, :3], x[:, 3], cv=folds).round(2))  # the width of petals
