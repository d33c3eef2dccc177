"""python -m figgen.crnn_training: see train.py."""

from figgen.crnn_training.train import main

if __name__ == "__main__":
    main()
